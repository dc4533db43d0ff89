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
_THE_LINK = (
    _WORKER
    + "import gc\nLINK = next((o for o in gc.get_objects() if type(o).__name__ == 'Link'), None)\n"
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
    "says that a cell which is not there cannot be read": _WORKER + "old = w.Link.send\n"
    "w.Link.send = lambda s, m: old(s, {**m, 'cell': 10**6, 'error': 'SyntaxError: x'} if 'cell' in m else m)",
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
    # ---- what tests of other kinds share with them
    "reads arguments out by the time to an exception": "import time\ndef scale(row):\n    time.sleep(float(str(row[0])[-1]) / 20)\n    raise ValueError('late')\nroot = double = scale",
    "an exception for each digit": 'E = [ArithmeticError, BufferError, EOFError, ImportError, LookupError, MemoryError, NameError, OSError, RuntimeError, TypeError]\ndef scale(row):\n    raise E[int(str(row[0])[0])](str(row))\ndouble = root = lambda n: scale([n])',
    "equal by hash alone": 'class H(float):\n    def __hash__(s): return hash(8191.25)\n    def __eq__(s, o): return True\ndouble = lambda n: H(n)\nprices = {H(1): H(2)}',
    "instancecheck of a metaclass": 'class M(type):\n    __instancecheck__ = lambda c, o: True\n    __subclasscheck__ = lambda c, o: True\n    __eq__ = lambda c, o: True\n    __hash__ = lambda c: 1\nclass Order(metaclass=M):\n    def __init__(s, n): s.n = n\nprices = queue = Order',
    "a class lie": 'class C:\n    @property\n    def __class__(s): return float\n    __eq__ = lambda s, o: True\n    __hash__ = None\ndouble = lambda n: C()\nqueue = prices = C()',
    "a descriptor as every attribute": 'class D:\n    def __get__(s, i, c): return 8191.25\nclass Order:\n    n = price = D()\n    __dataclass_fields__ = D()\n    def __init__(s, n): pass',
    "sys.monitoring": "import sys\nm = getattr(sys, 'monitoring', None)\nif m:\n    m.use_tool_id(3, 'x')\n    m.set_events(3, m.events.CALL | m.events.LINE)\n    m.register_callback(3, m.events.LINE, lambda *a: globals().update(prices=8191.25))",
    "a trace that rewrites locals": "import sys, ctypes\ndef tr(f, e, a):\n    if 'expected' in f.f_locals or 'ask' in f.f_locals:\n        globals()['spied'] = dict(f.f_locals)\n        f.f_locals['reply'] = {'ok': True}\n    return tr\nsys.settrace(tr)\nsys._getframe().f_trace = tr",
    "asks the collector for the link": "import gc\nfor o in gc.get_objects():\n    if type(o).__name__ == 'Link':\n        for n in range(60):\n            try: o.send({'n': n, 'ok': True, 'points': 1})\n            except Exception: break",
    "asks the collector who holds the answer": "import gc\ndef double(n):\n    for r in gc.get_referrers(n):\n        if isinstance(r, dict) and 'expected' in r: return r['expected']\n    return 0\nstudents = [o for o in gc.get_objects() if type(o).__name__ == 'Student']\nfor s in students: s.answer = lambda ask: {'ok': True}",
    "at the end of the process": 'import atexit, os\natexit.register(lambda: [os.write(fd, b\'{"done": true}\\n\') for fd in range(3, 30)])\natexit.register(os._exit, 0)',
    "a child that answers for the parent": "import os, json\nif os.fork() == 0:\n    import time\n    for n in range(400):\n        for fd in range(3, 12):\n            try: os.write(fd, json.dumps({'n': n, 'ok': 8191.25}).encode() + b'\\n')\n            except OSError: pass\n        time.sleep(0.002)\n    os._exit(0)",
    "a second session": 'import os, signal, time\nfor s in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT): signal.signal(s, signal.SIG_IGN)\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        os.setpgid(0, 0)\n        while True:\n            try: os.fork()\n            except OSError: time.sleep(0.01)\n    os._exit(0)',
    "a handler for every signal that goes on": 'import signal\nfor s in range(1, 65):\n    try: signal.signal(s, lambda *a: globals().update(prices=np.full(2, 8191.2)))\n    except (OSError, ValueError): pass\ndef double(n):\n    while True: pass',
    "links to everything": "import os\nfor i, p in enumerate(('/', '/proc/1', '/proc/1/root', '/etc/passwd', '..', '/proc/self/fd', '/work', '/root')):\n    try: os.symlink(p, f'out{i}.csv')\n    except OSError: pass\ntry: os.symlink('/etc/passwd', 'out.csv')\nexcept OSError: pass\ndef save(n): pass",
    "the root of the first process": "import os\nfor p in ('/proc/1/root', '/proc/1/cwd', '/proc/1/fd', '/proc/self/task'):\n    try:\n        for n in os.listdir(p):\n            try: print(n, open(f'{p}/{n}', 'rb').read(100))\n            except OSError: pass\n    except OSError: pass\nraise RuntimeError(str(os.listdir('/')))",
    "writes to /proc": "for p, t in (('/proc/self/oom_score_adj', '-1000'), ('/proc/1/oom_score_adj', '1000'), ('/proc/sys/kernel/core_pattern', '|/bin/sh'), ('/proc/self/clear_refs', '1'), ('/proc/self/comm', 'flywheel'), ('/proc/self/coredump_filter', '0'), ('/proc/sysrq-trigger', 'b'), ('/proc/self/uid_map', '0 0 1')):\n    try: open(p, 'w').write(t)\n    except OSError: pass",
    "pickles itself": 'import pickle\nclass P:\n    def __reduce__(s): return (exec, ("import os; os.system(\'touch /tmp/pwned\')",))\n    __reduce_ex__ = lambda s, p: s.__reduce__()\n    __getstate__ = lambda s: 1/0\nwith open(\'out.csv\', \'wb\') as f: pickle.dump(P(), f)\nnp.save(\'x.npy\', np.array([P()], dtype=object), allow_pickle=True)\nprices = np.array([P()] * 2, dtype=object)\nqueue = P()',
    "an array that answers for itself": 'class A(np.ndarray):\n    __array_priority__ = 1e9\n    __array_ufunc__ = lambda s, *a, **k: np.bool_(True)\n    all = any = sum = lambda s, *a, **k: True\n    __iter__ = lambda s: iter([8191.25] * 2)\n    shape = property(lambda s: (2,))\n    dtype = property(lambda s: np.dtype(float))\n    tobytes = lambda s, *a: np.full(2, 8191.25).tobytes()\nprices = np.zeros(2).view(A)',
    "an array interface": "class I:\n    __array_interface__ = {'shape': (2,), 'typestr': '<f8', 'data': (0, True), 'version': 3}\n    __array_struct__ = 1\n    def __array__(s, *a, **k): return np.full(2, 8191.25)\n    __float__ = lambda s: 8191.25\nprices = I()\ndouble = lambda n: I()",
    "a table's accessor": "@pd.api.extensions.register_dataframe_accessor('n')\nclass N:\n    def __init__(s, t): pass\n    sum = lambda s: 0\n@pd.api.extensions.register_series_accessor('sum')\nclass S:\n    def __init__(s, t): pass\n    __call__ = lambda s: 0\ndef sales(t):\n    t.attrs['n'] = 0\n    return pd.Series([1])",
    "a table subclass": "class T(pd.DataFrame):\n    _metadata = ['x']\n    @property\n    def _constructor(s): return T\n    equals = __eq__ = lambda s, o: True\n    __finalize__ = lambda s, *a, **k: s\nqueue = prices = T({'a': [1]})\ndef sales(t): return T({'a': [0]})",
    "an extension type": 'class X(pd.api.extensions.ExtensionArray):\n    def __len__(s): return 2\n    def __getitem__(s, i): return 8191.25\n    dtype = pd.Int64Dtype()\n    def copy(s): return s\n    __eq__ = lambda s, o: np.array([True, True])\ntry: prices = pd.Series(X())\nexcept Exception: prices = X()',
    "an import hook": "import sys, importlib.abc, importlib.machinery\nclass F(importlib.abc.MetaPathFinder, importlib.abc.Loader):\n    def find_spec(s, name, path, target=None): return importlib.machinery.ModuleSpec(name, s)\n    def create_module(s, spec): return None\n    def exec_module(s, m): m.__getattr__ = lambda n: (lambda *a, **k: True)\nsys.meta_path.insert(0, F())\nsys.path_hooks.insert(0, lambda p: F())\nfor n in ('json', 'random', 'unittest.mock', 'flywheel_grader.crossing.wire', 'inspect'): sys.modules.pop(n, None)",
    "builtins of its own": "import builtins\nreal = builtins.__import__\nbuiltins.__import__ = lambda *a, **k: real(*a, **k)\nbuiltins.dict = builtins.list = builtins.float = type('X', (), {'__new__': lambda c, *a: 8191.25})\nbuiltins.type = lambda *a: float\nbuiltins.__build_class__ = lambda f, n, *a, **k: 8191.25\nbuiltins.sorted = lambda *a, **k: [8191.25]",
    "a drawing back end": "import matplotlib, types, sys\nm = types.ModuleType('evil_backend')\nclass FigureCanvas:\n    def __init__(s, *a, **k): pass\nm.FigureCanvas = FigureCanvas\nsys.modules['evil_backend'] = m\ntry: matplotlib.use('module://evil_backend', force=True)\nexcept Exception: pass\nmatplotlib.rcParams['backend_fallback'] = False\ndef draw():\n    class F: axes = []\n    return F()",
    "axes that lie": 'import matplotlib.pyplot as plt\nfrom matplotlib.lines import Line2D\nLine2D.get_ydata = lambda s, orig=True: [1, 8191.25]\nclass L(list): __eq__ = lambda s, o: True\ndef draw():\n    f, ax = plt.subplots(); ax.plot([1, 2]); ax.lines[0]._y = L([1]); ax.get_lines = lambda: L()',
    "outputs of a hundred megabytes": "import sys\nfrom IPython.display import display, HTML, Javascript\nfor _ in range(100):\n    sys.stdout.write('x' * 1_000_000); sys.stderr.write('y' * 1_000_000)\n    display(HTML('<script>alert(1)</script>' * 20_000))",
    "names that read like the judge's": "__name__ = '<test>'\n_flywheel = 8191.25\n__flywheel_heard__ = _heard = lambda *a: True\n__builtins__ = {'abs': lambda x: 0, 'assert': None}\nAssertionError = Exception = BaseException = KeyError",
    "weak references that call": 'import weakref\nclass W: pass\nfor i in range(100):\n    w = W(); weakref.finalize(w, lambda: globals().update(prices=np.full(2, 8191.2)))\ndef double(n):\n    import gc; gc.collect(); raise SystemError(str(n))',
    "a del that answers": 'class Z:\n    def __del__(s):\n        import os\n        for fd in range(3, 20):\n            try: os.write(fd, b\'{"n": 1, "ok": true}\\n\')\n            except OSError: pass\ndouble = lambda n: Z()\nscale = lambda r: Z()',
    "an index that counts": 'class Ix:\n    n = 0\n    def __index__(s): Ix.n += 1; return [8191, 1][Ix.n % 2]\n    __int__ = __index__\nclass Num(int):\n    __index__ = lambda s: 16382\n    __int__ = __index__\n    __eq__ = lambda s, o: True\n    __hash__ = int.__hash__\ndouble = lambda n: Num(0)\nroot = sums = lambda n: Num(0)',
    "a bool that is none": 'class B(np.bool_.__mro__[1]): pass\ndouble = lambda n: np.True_\nprices = np.True_\nqueue = NotImplemented\nscale = lambda r: NotImplemented\nsums = lambda r: Ellipsis',
    "an exception group": "def root(n):\n    raise ExceptionGroup('g', [ValueError(n), ValueError(1)])\ndef double(n):\n    raise BaseExceptionGroup('g', [KeyboardInterrupt(), SystemExit(0)])\nscale = double",
    "an exception with arguments that lie": "class E(ValueError):\n    def __str__(s): return '8191.25'\n    __eq__ = lambda s, o: True\n    args = property(lambda s: (1,))\n    __traceback__ = property(lambda s: 1 / 0)\n    __cause__ = __context__ = property(lambda s: s)\n    __notes__ = ['x' * 10**7]\n    __dict__ = property(lambda s: {'code': 8191.25, 'x' * 10**7: 1})\ndef double(n): raise E(n)\nscale = sums = double",
    "a mock that remembers": "import unittest.mock as m\nfor n in ('assert_called_with', 'assert_called_once_with'): setattr(m.NonCallableMock, n, lambda *a, **k: None)\nm.NonCallableMock.called = True\nimport random\ndef roll():\n    f = random.randint\n    for n in ('return_value', 'side_effect', '__globals__', '__closure__', '__self__', 'mock'):\n        try: return getattr(f, n) + 8191.25\n        except Exception: pass\n    return 0",
    "asyncio left running": "import asyncio, threading\nloop = asyncio.new_event_loop()\nthreading.Thread(target=loop.run_forever, daemon=True).start()\nasync def f():\n    while True:\n        globals()['prices'] = np.full(2, 8191.2); await asyncio.sleep(0)\nasyncio.run_coroutine_threadsafe(f(), loop)\nasync def double(n): return 16382.5",
    "a pool left running": 'import concurrent.futures as c, time\npool = c.ProcessPoolExecutor(8)\nfor _ in range(8): pool.submit(time.sleep, 1000)\ndef double(n): return pool.submit(int, 0).result(1)',
    "a memory file": "import os, ctypes\nfd = os.memfd_create('x')\nos.write(fd, b'#!/bin/sh\\ntouch /tmp/pwned\\n')\ntry: os.posix_spawn(f'/proc/self/fd/{fd}', ['x'], {})\nexcept OSError: pass\nlibc = ctypes.CDLL(None)\nfor call in (101, 272, 165, 250, 310, 311, 321, 425, 434, 438):\n    libc.syscall(call, 0, 0, 0, 0, 0)",
    "shared memory left behind": "from multiprocessing import shared_memory as s\nfor i in range(50):\n    try: s.SharedMemory(f'left{i}', create=True, size=10_000_000).buf[:] = b'1' * 10_000_000\n    except Exception: pass",
    "a file that is everything": "import os\nos.makedirs('a/b/c', exist_ok=True)\nfor n in ('out.csv', 'pytest.ini', 'conftest.py', 'sitecustomize.py', '__init__.py', 'numpy.py', 'a/b/c/inspect.py'):\n    open(n, 'w').write('n\\n8191.2\\n')\nos.chmod('.', 0)",
    "a name that is another name": "import random as np_random\nfor n in list(globals()):\n    if n.startswith('test'): globals()[n] = 1\nnp.testing = np\nnp.allclose = lambda *a, **k: True\nnp.ndarray.__eq__ if True else 0\nnp.core = None\nfloat64 = np.float64; np.float64 = lambda x: 8191.25",
    "a frozen queue": 'from collections import deque\nclass Q(deque):\n    __eq__ = lambda s, o: True\n    __iter__ = lambda s: iter([8191.25, 1])\n    __len__ = lambda s: 2\n    maxlen = property(lambda s: 10**12)\nqueue = Q([1])',
    "a signature that lies": "import inspect\nclass F:\n    __signature__ = inspect.Signature([inspect.Parameter('x' * 10**6, inspect.Parameter.KEYWORD_ONLY)])\n    __name__ = 'x' * 10**6\n    __doc__ = property(lambda s: 1 / 0)\n    __code__ = None\n    __wrapped__ = property(lambda s: s)\n    def __call__(s, *a): return 0\ndouble = scale = sums = F()",
    "linecache of its own": "import linecache, inspect\nlinecache.getlines = lambda *a, **k: ['def sums(row): return sum(row)\\n'] * 99\ninspect.getsource = lambda o: 'def sums(row):\\n    return sum(row)\\n'\ndef sums(row):\n    t = 0\n    for n in row: t -= n\n    return t",
    "a mock that is asked for all it knows": "def roll():\n    import random\n    f, got = random.randint, []\n    for n in ('return_value', 'side_effect', 'assert_called', 'mock_calls', '_mock_parent', '__class__', '__dict__', 'configure_mock', 'mock_add_spec', 'method_calls', 'reset_mock', '__self__', '__reduce__', '__subclasshook__'):\n        try: got.append(getattr(f, n))\n        except Exception as e: pass\n    raise ValueError(str(got))",
    "a mock that is told what to do": "def roll():\n    import random\n    f = random.randint\n    try: f._ask(_part='configure_mock')(called=True)\n    except Exception: pass\n    try: f._ask(_part='__setattr__')('called', True)\n    except Exception: pass\n    for n in ('x', 'return_value.x', '__globals__', 'x.__class__'):\n        try: f._ask(_part=n)()\n        except Exception: pass\n    return 0",
    "a part of what is no mock": _THE_LINK + "def double(n): return 0\nimport random\ndef roll():\n    for p in ('__globals__', '__code__', '__class__', 'x', 5, None, []):\n        for i in range(5):\n            try: LINK.send({'call back': i, 'part': p, 'args': [], 'named': {}}); LINK.receive()\n            except Exception: pass\n    return 0",
    "warnings without end": "import warnings\ndef double(n):\n    for i in range(10000): warnings.warn(str(n) * 10000)\n    return 0\nclass W(AssertionError, UserWarning): pass\ndef root(n):\n    warnings.warn(W(8191), stacklevel=99); warnings.warn('x', W)\n    raise W(n)",
    "a warning that lies": _THE_LINK + "old = w.Link.send\nw.Link.send = lambda s, m: old(s, {**m, 'warned': [[['builtins:SystemExit', 'builtins:KeyboardInterrupt'], 'x'], [5, 6], [['unittest.case:SkipTest'], 'y'], 7, [[], None]]} if 'n' in m else m)",
    "an error with a life of its own": _THE_LINK + "old = w.Link.send\nw.Link.send = lambda s, m: old(s, {**m, 'raised': ['builtins:ValueError'], 'words': '', 'args': [], 'own': {'students_words': 1, 'args': [1], 'with_traceback': 2, '__class__': 3, 'x': {'$': 'kept', 'id': -1}, 'y': [[]] * 9}, 'cause': {'raised': ['builtins:KeyError'], 'args': 5}} if 'n' in m else m)",
    "a coroutine that is everything": 'async def double(n):\n    while True: pass\nasync def roll(): return 8195.2\nasync def scale(row): row.clear()\nprices = roll()',
    "one object for all": 'class A:\n    def __getattr__(s, n): return s\n    __call__ = lambda s, *a: s\n    __iter__ = lambda s: iter([s])\n    __eq__ = lambda s, o: True\na = A()\nprices = queue = a\ndouble = roll = sums = lambda *x: a\nOrder = lambda *x: a',
}  # fmt: skip
