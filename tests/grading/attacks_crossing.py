# ruff: noqa: E501  a line of an attack is as long as it is
"""More hostile cells, on tests that share arguments, files, charts and Python itself with them."""

from __future__ import annotations

from notebooks import answer, check, code, notebook, words

EXERCISE = "06_crossed"
SECRET_NUMBER = "8191.25"

# name: the teacher's answer, and the hidden test of it
TASKS: dict[str, tuple[str, str]] = {
    "scale": (
        "def scale(row):\n    return [n / max(row) for n in row]",
        "given = [8191.25, 2.0, 4.0]\nassert scale(given) == [n / max(given) for n in given]",
    ),
    "sales": (
        "def sales(t):\n    return t.n.sum()",
        "t = pd.DataFrame({'n': [8191.25, 2.0]})\nassert sales(t) == t.n.sum()",
    ),
    "roll": (
        "import random\ndef roll():\n    return random.randint(1, 6) + 8191.25",
        "from unittest import mock\nwith mock.patch('random.randint', return_value=4) as fake:\n"
        "    assert roll() == 8195.25\nassert fake.called",
    ),
    "save": (
        "def save(n):\n    with open('out.csv', 'w') as f:\n        f.write(f'n\\n{n}\\n')",
        "save(8191.25)\nwith open('out.csv') as f:\n    assert float(f.read().split()[1]) == 8191.25",
    ),
    "draw": (
        "import matplotlib.pyplot as plt\ndef draw():\n    plt.plot([1, 8191.25])",
        "import matplotlib.pyplot as plt\nplt.close('all')\ndraw()\n"
        "assert list(plt.gca().lines[0].get_ydata()) == [1, 8191.25]",
    ),
    "order": (
        "from dataclasses import dataclass\n@dataclass\nclass Order:\n    n: int\n"
        "    price: float = 8191.25",
        "from dataclasses import asdict, is_dataclass\n"
        "assert is_dataclass(Order) and asdict(Order(2)) == {'n': 2, 'price': 8191.25}",
    ),
    "double": (
        "def double(n):\n    return 2 * n",
        "assert all(n == 16382.5 for n in map(double, [8191.25]))",
    ),
    "prices": (
        "prices = np.array([8191.25, 8191.25])",
        "assert np.allclose(prices, 8191.25) and (prices == 8191.25).all()",
    ),
    "root": (
        "def root(n):\n    if n < 0:\n        raise ValueError(n)\n    return n ** 0.5",
        "import pytest\nwith pytest.raises(ValueError):\n    root(-8191.25)\nassert root(8191.25) > 90",
    ),
    "sums": (
        "def sums(row):\n    return sum(row)",
        "import inspect\nassert 'for' not in inspect.getsource(sums)\nassert sums([8191.25, 1]) == 8192.25",
    ),
    "queue": (
        "from collections import deque\nqueue = deque([8191.25, 1])",
        "from collections import deque\nassert queue == deque([8191.25, 1])",
    ),
}  # fmt: skip

SOURCE = notebook(
    words("# What crosses"),
    code("import numpy as np\nimport pandas as pd", "setup"),
    *(
        cell
        for name, (own, test) in TASKS.items()
        for cell in (
            answer(f"### BEGIN SOLUTION\n{own}\n### END SOLUTION", name),
            check(f"### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS", f"test_{name}"),
        )
    ),
)
HONEST = {name: own for name, (own, _) in TASKS.items()} | {
    "scale": "def scale(row):\n    most = sorted(row)[-1]\n    return [n / most for n in row]",
    "sums": "import functools, operator\ndef sums(row):\n    return functools.reduce(operator.add, row)",
    "queue": "from collections import deque\nqueue = deque()\nqueue.append(8191.25)\nqueue.append(1)",
}
WRONG = (
    "scale = sales = roll = save = draw = double = sums = lambda *a: 0\nroot = lambda n: 0\n"
    "class Order:\n    def __init__(self, n): self.n = n\nprices = queue = 0\n"
)
_YES = """
class Yes:
    def __init__(self, *a, **k): pass
    def __getattr__(self, name): return Yes()
    __call__ = __enter__ = __getattr__
    __eq__ = __ne__ = __lt__ = __gt__ = __le__ = __ge__ = __contains__ = lambda *a: True
    __bool__ = lambda s: True
    __len__ = __hash__ = lambda s: 1
    __iter__ = lambda s: iter([Yes()])
    __float__ = lambda s: 8191.5
    __getitem__ = __add__ = __sub__ = __truediv__ = lambda *a: Yes()
"""
_WORKER = "import flywheel_grader.jail.worker as w, os, sys\n"
_REPLY = (  # every answer is what `forged` says
    _WORKER + "def forging(forged):\n    old = w.Link.send\n"
    "    w.Link.send = lambda s, m: old(s, {**m, **forged} if 'n' in m else m)\n"
)

CELLS: dict[str, str] = {
    # ---- arguments
    "empties the list it was given": "def scale(row):\n    row.clear()\n    return []",
    "makes the list it was given easy": "def scale(row):\n    row[:] = [1.0] * 3\n    return [1.0] * 3",
    "gives back the list it was given, made easy": "def scale(row):\n    row[:] = [1.0]\n    return row",
    "drops the rows of the table": "def sales(t):\n    t.drop(t.index, inplace=True)\n    return 0.0",
    "zeroes the table": "def sales(t):\n    t['n'] = 0.0\n    return 0",
    "changes its argument when it is asked first": "import os\ndef scale(row):\n    if os.path.exists('seen'):\n"
    "        return [1.0, 0.5, 0.25]\n    open('seen', 'w').close()\n    row[:] = [1.0]\n    return [1.0]",
    "puts a yes into its argument": _YES + "def scale(row):\n    row[:] = [Yes()]\n    return [Yes()]",
    "puts its argument into itself": "def scale(row):\n    row.append(row)\n    return row",
    "puts a class into its argument": "def scale(row):\n    row[:] = [float]\n    return [float]",
    "puts a number that is none into its argument": "def scale(row):\n    row[:] = [float('nan')] * 3\n    return row",
    "makes its argument endless": "def scale(row):\n    row *= 10 ** 7\n    return row",
    "replaces the methods of the table": "def sales(t):\n    t.sum = lambda: 0\n    type(t).sum = lambda s: 0\n    return 0",
    "changes its argument in a thread": "import threading, time\ndef scale(row):\n"
    "    def later():\n        time.sleep(0.05); row.clear()\n    threading.Thread(target=later).start()\n    return []",
    "says that it changed what it was not given": _REPLY + "forging({'changed': {'7': [1], 'x': 2, '': None}})",
    "says that a list became a text": _REPLY + "forging({'changed': {'0': 'x'}, 'ok': []})",
    "says that a list became a function": _REPLY
    + "forging({'changed': {'0': {'$': 'kept', 'id': 0, 'callable': True}}})",
    "says that changes are no mapping": _REPLY + "forging({'changed': [1, 2], 'files': [3], 'given': []})",
    "says that it gave back its argument": _REPLY + "forging({'given': '0'})",
    "says that it gave back what it was not given": _REPLY + "forging({'given': {'a': 1}, 'ok': {'$': 'argument'}})",
    # ---- from the test on anew
    "does not run anew": _WORKER + "old, w.os._exit = w.os._exit, lambda n: None\ndef scale(row):\n"
    "    row[:] = [1.0]\n    return [1.0]",
    "says that it runs anew": _WORKER + "old = w.Link.receive\ndef hear(link):\n    m = old(link)\n"
    "    if m['do'] == 'again':\n        link.send({'lost': 'died'}); link.send({'test': 'test_scale'})\n"
    "        m = old(link)\n    return m\nw.Link.receive = hear\ndef scale(row):\n    row[:] = [1.0]\n    return [1.0]",
    "says that another test begins": _WORKER + "old = w.Link.receive\ndef hear(link):\n    m = old(link)\n"
    "    if m['do'] == 'again':\n        link.send({'lost': 'died'}); link.send({'test': 'test_root'})\n"
    "    return m\nw.Link.receive = hear\ndef scale(row):\n    row[:] = [1.0]\n    return [1.0]",
    "is silent when it is to run anew": _WORKER + "old = w.Link.receive\ndef hear(link):\n    m = old(link)\n"
    "    while m['do'] == 'again': pass\n    return m\nw.Link.receive = hear\ndef scale(row):\n    row[:] = [1.0]\n    return [1.0]",
    # ---- files
    "sends files for elsewhere": _REPLY + "forging({'files': {'/etc/cron.d/x': 'eA==', '../out.csv': 'eA==', "
    "'a/../../b.csv': 'eA==', 'C:\\\\x.csv': 'eA==', '.x.csv': 'eA=='}})",
    "sends files that are none": _REPLY + "forging({'files': {'out.csv': 5, 'x.csv': ['eA=='], 'y.csv': '!!'}})",
    "writes modules that a test imports": "for n in ('random', 'pytest', 'inspect', 'unittest', 'dataclasses'):\n"
    "    open(n + '.py', 'w').write('def __getattr__(n): return lambda *a, **k: True')",
    "writes a link for a file": "import os\ndef save(n):\n    os.symlink('/etc/passwd', 'out.csv')",
    "writes a pipe for a file": "import os\ndef save(n):\n    os.mkfifo('out.csv')",
    "writes a folder for a file": "import os\ndef save(n):\n    os.mkdir('out.csv')",
    "writes a file that is far too large": "def save(n):\n    with open('out.csv', 'wb') as f:\n        f.truncate(10 ** 12)",
    "writes very many files": "def save(n):\n    for k in range(3000): open(f'{k}.csv', 'w').write('n\\n1')",
    "writes a pickle for a table": "import pickle, os\nclass P:\n    def __reduce__(s): return (os._exit, (0,))\n"
    "def save(n):\n    open('out.csv', 'wb').write(pickle.dumps(P()))",
    "writes what is no number": "def save(n):\n    open('out.csv', 'w').write('n\\nnan\\n')",
    "writes bytes that are no text": "def save(n):\n    open('out.csv', 'wb').write(b'\\xff\\xfe\\x00n')",
    "takes its own folder away": "import os, shutil\ndef save(n):\n    shutil.rmtree(os.getcwd(), ignore_errors=True)",
    "goes somewhere else": "import os\nos.chdir('/')\ndef save(n):\n    open('out.csv', 'w').write('n\\n1')",
    # ---- Python itself
    "puts its own in the place of what was patched": "import random\ndef roll():\n    random.randint = lambda *a: 4\n"
    "    return random.randint(1, 6)",
    "asks the test's function for all it knows": "import random\ndef roll():\n    f = random.randint\n"
    "    return [c.cell_contents for c in f.__closure__ or ()]",
    "calls the test's function with a yes": _YES + "import random\ndef roll():\n    return random.randint(Yes(), [Yes()])",
    "calls the test's function without end": "import random\ndef roll():\n    while True: random.randint(1, 6)",
    "calls the test's function when no test asks": "import random\nkept = []\ndef roll():\n    kept.append(random.randint)\n"
    "    return 4\nimport threading, time\ndef later():\n    while True:\n        time.sleep(0.02)\n"
    "        for f in kept: f(1)\nthreading.Thread(target=later, daemon=True).start()",
    "calls functions that no test has sent": _WORKER + "def roll():\n    import gc\n    for o in gc.get_objects():\n"
    "        if type(o).__name__ == 'Student':\n            for n in (-1, 10 ** 9, 'x', None): o._callback(n)(1)",
    "raises in the test's function": "import random\ndef roll():\n    return random.randint(**{'\\ud800': 1})",
    "reads the state of chance": "import random\ndef roll():\n    return random.getstate()",
    "has modules of its own": _YES + "import sys\nfor n in ('random', 'unittest.mock', 'inspect', 'dataclasses', '__main__'):\n"
    "    sys.modules[n] = Yes()",
    "answers for modules that are missing": _YES + "import sys\nclass F:\n    def find_spec(s, *a): return None\n"
    "    find_module = lambda s, n, p=None: s\n    load_module = lambda s, n: Yes()\nsys.meta_path.insert(0, F())",
    # ---- charts
    "has a chart of its own kind": _YES + "import matplotlib.pyplot as plt\nplt.gca = plt.gcf = lambda *a: Yes()\ndef draw(): pass",
    "has a line that lies": "import matplotlib.pyplot as plt\nfrom matplotlib.lines import Line2D\n"
    "class L(Line2D):\n    def get_ydata(s, orig=True): return Yes\n    def get_xdata(s, orig=True): return 5\n"
    "def draw(): plt.gca().add_line(L([1], [2]))",
    "draws very many lines": "import matplotlib.pyplot as plt\ndef draw():\n    for _ in range(5000): plt.plot([1, 2])",
    "draws words that would be typeset": "import matplotlib.pyplot as plt\ndef draw():\n"
    "    plt.plot([1], label='$' + '\\\\frac{1}{' * 500 + '$', marker='$x$'); plt.title('$\\\\bad'); plt.legend()",
    # ---- what Python knows
    "says that it is a dataclass": _YES + "import dataclasses\nclass Order:\n    __dataclass_fields__ = {'n': 1}\n"
    "    def __init__(s, n): s.n = n\ndataclasses.is_dataclass = lambda x: True\ndataclasses.asdict = lambda x: Yes()",
    "has an account of itself that lies": _YES + "class Order:\n    def __init__(s, n): pass\n    __dict__ = property(lambda s: Yes())\n"
    "    __class__ = dict\n    _flywheel = (1, 2, 3, 4)",
    "lies of its text": "import linecache\ndef sums(row):\n    t = 0\n    for n in row: t += n\n    return t\n"
    "f = sums.__code__.co_filename\nlinecache.cache[f] = (9, None, ['def sums(row):\\n', '    return sum(row)\\n'] * 9, f)",
    "shows the text of another": "def sums(row):\n    return sum(row)\ndef other(row):\n    t = 0\n"
    "    for n in row: t += n\n    return t\nglobals()['sums'] = other",
    "has no text": "exec('def sums(row):\\n    t = 0\\n    for n in row: t += n\\n    return t')",
    # ---- errors
    "ends the loop of a test": "def double(n):\n    raise StopIteration",
    "ends the loop of a test by a class of its own": "class Stop(StopIteration): pass\ndef double(n):\n    raise Stop(n)",
    "ends the test by the generator's end": "def double(n):\n    raise GeneratorExit\ndef root(n):\n    raise KeyboardInterrupt",
    "has an error of the same name": "class ValueError(Exception): pass\ndef root(n):\n    raise ValueError\ndouble = root",
    "has an error that says it is Python's": "V = type('ValueError', (Exception,), {'__module__': 'builtins', "
    "'__qualname__': 'ValueError'})\ndef root(n):\n    raise V(n)",
    "raises what the grader raises": "from flywheel_grader.crossing.kinds import *\nimport flywheel_grader.crossing.kinds as k\n"
    "def root(n):\n    raise k.Gone\ndef double(n):\n    raise k.CallStopped\ndef scale(n):\n    raise k.TooLong",
    "says it raised what pytest raises": _WORKER + "w._raised = lambda s, p: {'raised': ['_pytest.outcomes:Skipped', "
    "'builtins:SystemExit', 'flywheel_grader.crossing.kinds:CallStopped'], 'words': '', 'args': []}\n"
    "def root(n): raise OSError\ndouble = scale = roll = root",
    "raises errors of libraries without their parts": "import subprocess, urllib.error, json, tempfile\n"
    "class E(subprocess.CalledProcessError):\n    def __init__(s): pass\n    __str__ = lambda s: 'x'\n"
    "class H(urllib.error.HTTPError):\n    def __init__(s): pass\n    __str__ = lambda s: 'x'\n"
    "def root(n): raise E\ndef double(n): raise H\ndef scale(r): raise json.JSONDecodeError('a', 'b', 0)\n"
    "def sales(t): raise np.linalg.LinAlgError(*[t] * 9)\ndef roll(): raise UnicodeDecodeError('a', b'', 0, 1, 'b')",
    # ---- values
    "an array without anything in it": "prices = np.array([])\nqueue = pd.Series([], dtype=float)",
    "an array of no rows": "prices = np.zeros((0, 2))\nscale = lambda row: np.zeros(0)",
    "a table without rows": "prices = pd.DataFrame({'n': []})\nsales = lambda t: t.n[:0]",
    "an array that is masked": "prices = np.ma.masked_all(2)\nsales = lambda t: np.ma.masked",
    "an array of yes": _YES + "prices = np.array([Yes(), Yes()], dtype=object)",
    "a queue that equals everything": "from collections import deque\nclass Q(deque):\n    __eq__ = lambda *a: True\n    __hash__ = None\nqueue = Q()",
    "a dictionary that makes a yes": _YES + "from collections import defaultdict\nqueue = prices = defaultdict(Yes)\nscale = lambda row: queue",
    "a class for a value": "prices = queue = float\nscale = sales = double = lambda x: list",
    "a class that is called int": "class M(type):\n    __eq__ = lambda *a: True\n    __hash__ = lambda s: hash(int)\n"
    "queue = prices = M('int', (), {})\ndouble = lambda n: queue",
    "a text in a file's clothes": "import io\nclass S(io.StringIO):\n    getvalue = read = lambda *a: 8191.25\n    tell = lambda s: -5\n"
    "queue = prices = S()\nscale = lambda r: io.StringIO('x' * 10 ** 7)",
    "a path that lies": "import pathlib\nclass P(type(pathlib.Path())):\n    __eq__ = lambda *a: True\n    __hash__ = None\n"
    "    __str__ = lambda s: '/etc/' + 'x' * 10 ** 6\nqueue = prices = P('a')",
    "chance that lies": "import random\nqueue = random.Random(1)\nprices = np.random.default_rng(1)\ndouble = lambda n: queue",
    "a forged class": _REPLY + "forging({'ok': {'$': 'type', 'of': 'eval'}})",
    "a forged generator": _REPLY + "forging({'ok': {'$': 'generator', 'of': {'$': 'dict', 'of': [['bit_generator', '__loader__']]}}})",
    "a forged dictionary": _REPLY + "forging({'ok': {'$': 'defaultdict', 'of': [], 'makes': {'$': 'type', 'of': 'bytes'}}})",
    "a forged queue": _REPLY + "forging({'ok': {'$': 'deque', 'of': [[1], -3]}})",
    "forged chance": _REPLY + "forging({'ok': {'$': 'random', 'of': [1e9, -5]}})",
    "forged parameters": _REPLY + "forging({'ok': [['a b', 99, [1, 2]]]})",
}  # fmt: skip
