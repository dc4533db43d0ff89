"""Hostile submissions, all on wrong answers: what stands in their cells, files and folders.

`CELLS` are tried as the answer to every task at once. `NOTEBOOKS` change a blank submission.
`FOLDERS` put something into the student's folder.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from notebooks import (
    Notebook,
    answer,
    changed,
    check,
    code,
    locked,
    notebook,
    position,
    released,
    save,
    solved,
    words,
)

EXERCISE = "04_attacked"
SECRET_NUMBER = "8191.25"  # stands in hidden tests only


SOURCE = notebook(
    words("# An exercise that others will attack"),
    code("import json\nimport numpy as np\nimport pandas as pd\n\ntolerance = 1e-9", "setup"),
    locked("def near(a, b):\n    return abs(a - b) <= tolerance", "helpers"),
    words("## Growth"),
    answer(
        "def growth(visits, rate):\n    ### BEGIN SOLUTION\n    return visits * (1 + rate)\n"
        "    ### END SOLUTION",
        "growth",
    ),
    check(
        "### BEGIN HIDDEN TESTS\nassert near(growth(8191.25, 0), 8191.25)\n"
        "assert near(growth(100, 0.1), 110)\n### END HIDDEN TESTS",
        "test_growth",
        3,
    ),
    words("## A total"),
    answer("### BEGIN SOLUTION\ntotal = 8191.25\n### END SOLUTION", "total"),
    check(
        "### BEGIN HIDDEN TESTS\nassert total == 8191.25\n"
        "np.testing.assert_allclose(total, 8191.25)\nassert 8191 < total < 8192\n"
        "### END HIDDEN TESTS",
        "test_total",
        2,
    ),
    words("## A verdict"),
    answer("### BEGIN SOLUTION\nverdict = 'reinforcing loop'\n### END SOLUTION", "verdict"),
    check(
        "### BEGIN HIDDEN TESTS\nassert verdict.startswith('reinforcing')\n"
        "assert 'loop' in verdict\nassert len(verdict) > 3\n### END HIDDEN TESTS",
        "test_verdict",
        1,
    ),
    words("## A table"),
    answer(
        "### BEGIN SOLUTION\ntable = pd.DataFrame({'year': [1, 2], 'sales': [8191.25, 9000]})\n"
        "years = [2001, 2002, 2003]\n### END SOLUTION",
        "table",
    ),
    check(
        "### BEGIN HIDDEN TESTS\nexpected = pd.DataFrame({'year': [1, 2], 'sales': [8191.25, 9000]})"
        "\nassert table.equals(expected)\nassert years == [2001, 2002, 2003]\n"
        "assert years.count(2002) == 1\n### END HIDDEN TESTS",
        "test_table",
        2,
    ),
    words("## An account"),
    answer(
        "### BEGIN SOLUTION\nclass Account:\n    def __init__(self, balance):\n"
        "        self.balance = balance\n    def deposit(self, amount):\n"
        "        self.balance += amount\n### END SOLUTION",
        "account",
    ),
    check(
        "### BEGIN HIDDEN TESTS\nmine = Account(8191.25)\nmine.deposit(1.5)\n"
        "assert mine.balance == 8192.75\n### END HIDDEN TESTS",
        "test_account",
        2,
    ),
)
TESTS = ("test_growth", "test_total", "test_verdict", "test_table", "test_account")

# Says yes to everything: each task's name is bound to it.
_YES = """
class Yes:
    def __init__(self, *a, **k): pass
    def __getattr__(self, name): return Yes()
    def __call__(self, *a, **k): return Yes()
    def __repr__(self): return '8191.25'
    __str__ = __repr__
    def __float__(self): return 8191.25
    def __int__(self): return 8191
    def __len__(self): return 9
    def __hash__(self): return 1
    def __iter__(self): return iter([Yes()])
    def __bool__(self): return True
"""
for _name in (
    "eq ne lt le gt ge add radd sub rsub mul rmul truediv rtruediv abs neg contains getitem array"
).split():
    _YES += f"    def __{_name}__(self, *a): return True\n"
_ALL = "growth = total = verdict = table = years = Account = "
WRONG = "growth = lambda *a: 0\ntotal = 0\nverdict = ''\ntable = years = None\nAccount = int\n"

CELLS: dict[str, str] = {
    # Never ending
    "an endless loop": WRONG + "while True: pass",
    "an endless loop in a function": "def growth(*a):\n    while True: pass",
    "a loop that swallows interrupts": "while True:\n    try:\n        while True: pass\n"
    "    except BaseException: pass",
    "a loop that ignores the clock": "import signal\n"
    "signal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass",
    "a clock that is turned off": "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0)\n"
    "while True: pass",
    "a function that blocks the clock": "def growth(*a):\n    import signal\n"
    "    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n    while True: pass",
    "a sleep": "import time\ntime.sleep(10_000)",
    "an uninterruptible sum": "x = 10 ** 10 ** 8",
    "a string that never ends": "def growth(*a):\n    return 'a' * 10 ** 8",
    "an endless iterator": "def growth(*a):\n    while True: yield 1\nyears = growth()",
    # Ending at once
    "sys.exit": "import sys\nsys.exit(0)",
    "sys.exit in a function": "def growth(*a):\n    import sys\n    sys.exit(0)",
    "os._exit": "import os\nos._exit(0)",
    "os._exit in a function": "def growth(*a):\n    import os\n    os._exit(0)\nAccount = growth",
    "quit and exit": "quit()\nexit()\nget_ipython().ask_exit()",
    "a crash": "import ctypes\nctypes.string_at(0)",
    "abort": "import os\nos.abort()",
    "unbounded recursion": "def growth(*a): return growth(*a)\n"
    "import sys\nsys.setrecursionlimit(10 ** 9)\ngrowth(1)",
    # Too much
    "a memory bomb": "x = []\nwhile True: x.append(bytearray(50_000_000))",
    "memory in many processes": "import os\nfor _ in range(6): os.fork()\n"
    "x = [bytearray(b'1' * 10_000_000) for _ in range(60)]\nimport time; time.sleep(60)",
    "a fork bomb": "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
    "a thread bomb": "import threading, time\nfor _ in range(10_000):\n"
    "    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
    "a disk bomb": "n = 0\nwhile True:\n    n += 1\n"
    "    with open(f'/tmp/big{n}', 'wb') as f: f.write(b'0' * 20_000_000)",
    "many small files": "for n in range(10 ** 6): open(f'f{n}', 'w').close()",
    "a flood of output": "while True: print('x' * 1_000_000)",
    "a flood on the standard descriptors": "import os\nfor _ in range(3000):\n"
    "    os.write(1, b'x' * 100_000); os.write(2, b'x' * 100_000)",
    "an answer of a gigabyte": "def growth(*a): return [0.0] * 30_000_000\ntotal = 'x' * 10 ** 8",
    "an answer nested without end": "years = []\nyears.append(years)\ntable = years",
    "a whole number without end": "total = 1 << 10_000_000",
    # Judging in the student's stead
    "objects that say yes to everything": _YES + _ALL + "Yes()",
    "classes that say yes to everything": _YES + _ALL + "Yes",
    "a function that gives back a yes": _YES
    + "growth = Account = lambda *a: Yes()\ntotal = verdict = table = years = Yes()",
    "a float that equals everything": "class F(float):\n    __eq__ = lambda s, o: True\n"
    "    __ne__ = lambda s, o: False\n    __sub__ = __rsub__ = lambda s, o: 0.0\n"
    "    __lt__ = __gt__ = __le__ = __ge__ = lambda s, o: True\n    __abs__ = lambda s: 0.0\n"
    "    __hash__ = float.__hash__\ntotal = F(1)\ngrowth = lambda *a: F(1)",
    "a text that starts with everything": "class S(str):\n"
    "    startswith = __contains__ = __eq__ = lambda s, o: True\n    __len__ = lambda s: 9\n"
    "    __hash__ = str.__hash__\nverdict = S('no')\ntotal = S('no')",
    "a list that equals everything": "class L(list):\n    __eq__ = lambda s, o: True\n"
    "    count = lambda s, o: 1\n    __hash__ = None\nyears = L()",
    "a table that equals everything": "class T(pd.DataFrame):\n    equals = lambda s, o: True\n"
    "table = T({'year': [0]})",
    "an array that equals everything": "class A(np.ndarray):\n"
    "    def __array_function__(s, *a, **k): return True\n    __eq__ = lambda s, o: True\n"
    "total = np.zeros(1).view(A)[0:1]",
    "not a number": "total = float('nan')\ngrowth = lambda *a: float('nan')",
    "an account that equals everything": _YES
    + "class Account(Yes):\n    balance = Yes()\n    deposit = lambda s, a: None",
    "an account with a yes in it": _YES
    + "class Account:\n    def __init__(s, b): s.balance = Yes()\n    def deposit(s, a): pass",
    "a type named like plain data": "class float_(object):\n    __eq__ = lambda s, o: True\n"
    "    __hash__ = None\nfloat_.__name__ = 'float'\nfloat_.__module__ = 'builtins'\n"
    "total = float_()\nverdict = total",
    "patched numpy.testing": "import numpy.testing as t\nt.assert_allclose = lambda *a, **k: None\n"
    "np.testing.assert_allclose = lambda *a, **k: None\n" + WRONG,
    "rebound helpers": "near = lambda a, b: True\ntolerance = 1e9\n" + WRONG,
    "patched builtins": "import builtins\nbuiltins.abs = lambda x: 0\nbuiltins.len = lambda x: 9\n"
    "builtins.AssertionError = Warning\nbuiltins.isinstance = lambda *a: True\n" + WRONG,
    "patched json": "import json\njson.dumps = lambda *a, **k: '{\"ok\": 8191.25}'\n"
    "json.encoder.encode_basestring_ascii = lambda s: '\"reinforcing loop\"'\n" + WRONG,
    "patched reduce": "import flywheel_grader.crossing.wire as w, flywheel_grader.jail.worker as k\n"
    "k.reduce = w.reduce = lambda *a, **n: True\n" + WRONG,
    "patched tables": "pd.DataFrame.equals = lambda s, o: True\n"
    + WRONG
    + "table = pd.DataFrame({'year': []})",
    "python -O": "import sys\nsys.flags\n__debug__\nimport os\nos.environ['PYTHONOPTIMIZE'] = '2'\n"
    + WRONG,
    # The notebook's machinery
    "an input transformer": "get_ipython().input_transformers_cleanup.append("
    "lambda lines: ['pass\\n'])\n" + WRONG,
    "an AST transformer": "import ast\nclass T(ast.NodeTransformer):\n"
    "    def visit_Assert(self, n): return ast.Pass()\n"
    "get_ipython().ast_transformers.append(T())\n" + WRONG,
    "a custom exception handler": "get_ipython().set_custom_exc((Exception,), "
    "lambda *a, **k: None)\nimport sys\nsys.excepthook = lambda *a: None\n" + WRONG,
    "a replaced run_cell": "ip = get_ipython()\nclass R: error_before_exec = error_in_exec = None\n"
    "ip.run_cell = type(ip).run_cell = lambda *a, **k: R()\n" + WRONG,
    "an event at each cell": "get_ipython().events.register('post_run_cell', "
    "lambda *a: globals().update(total=8191))\n" + WRONG,
    "a trace function": "import sys, threading\nsys.settrace(lambda *a: None)\n"
    "sys.setprofile(lambda *a: None)\nthreading.settrace(lambda *a: None)\n" + WRONG,
    "a walk through the frames": "import sys\nf = sys._getframe()\nfound = []\nwhile f:\n"
    "    found += [v for v in f.f_locals.values() if isinstance(v, str) and 'assert' in v]\n"
    "    f = f.f_back\ntotal = found\nverdict = str(found)\n",
    "a walk through the garbage collector": "import gc\ntexts = [o for o in gc.get_objects() "
    "if isinstance(o, dict) and any('HIDDEN' in str(k) + str(v)[:2000] for k, v in "
    "list(o.items())[:50])]\nverdict = str(texts)[:1000]\ntotal = len(texts)\n",
    "asking who calls": "import inspect, re\ndef growth(*a):\n    for f in inspect.stack():\n"
    "        if 'expected' in f.frame.f_locals: return f.frame.f_locals['expected']\n"
    "        if 'assert' in (f.code_context or [''])[0]: return 110\n    return 0",
    "keeping what the tests ask": "seen = []\ndef growth(*a):\n    seen.append(a)\n"
    "    raise ValueError(f'asked with {a}')\nclass Account:\n    def __init__(self, *a):\n"
    "        raise type(f'Asked_{a[0]}'.replace('.', '_'), (Exception,), {})(str(a))",
    "an answer that changes when asked again": "class D(dict):\n    n = 0\n"
    "    def __missing__(self, k): D.n += 1; return [0, 1e9][D.n % 2]\n"
    "get_ipython().user_ns = D()\nimport itertools\n"
    "g = itertools.cycle([8191.5, 1])\ngrowth = lambda *a: next(g)",
    # The pipe and the processes
    "forged messages": "import os, json\nfor fd in range(3, 40):\n    for m in ({'n': 1, 'ok': 8191.25}, "
    "{'done': True}, {'test': 'test_total'}, {'points': 10, 'marks': 10}):\n"
    "        try: os.write(fd, json.dumps(m).encode() + b'\\n')\n        except OSError: pass\n",
    "forged answers in advance": "import os, json\ndef growth(*a):\n    for fd in range(3, 40):\n"
    "        for n in range(50):\n            try: os.write(fd, json.dumps({'n': n, 'ok': 110.0})"
    ".encode() + b'\\n')\n            except OSError: break\n    return 0",
    "garbage on the pipe": "import os\nfor fd in range(3, 40):\n    try: os.write(fd, b'\\xff\\x00{[' "
    "* 1000 + b'\\n')\n    except OSError: pass\n",
    "a deeply nested message": "import os\nfor fd in range(3, 40):\n    try: os.write(fd, b'[' * 200000 + b'\\n')\n"
    "    except OSError: pass\n",
    "a forged array": "import flywheel_grader.jail.worker as w\nold = w.reduce\n"
    "w.reduce = lambda v, k, *a: {'$': 'array', 'dtype': 'O8', 'shape': [10 ** 9], 'of': 'AAAA'}\n",
    "a forged number": "import flywheel_grader.jail.worker as w\n"
    "w.reduce = lambda v, k, *a: {'$': 'int', 'of': '9' * 10 ** 6}\n",
    "a forged kept object": "import flywheel_grader.jail.worker as w\nw.reduce = lambda v, k, *a: "
    "{'$': 'kept', 'id': -1, 'type': '<b>', 'callable': True, 'name': '__import__', 'doc': 5}\n",
    "a closed pipe": "import os\nos.closerange(3, 200)",
    "killing the parent": "import os, signal\nfor pid in (os.getppid(), 1, 0, -1):\n"
    "    try: os.kill(pid, signal.SIGKILL)\n    except OSError: pass\n",
    "killing everything in sight": "import os\nfor pid in range(2, 40000):\n"
    "    try: os.kill(pid, 9)\n    except OSError: pass\n",
    "killing from a function": "def growth(*a):\n    import os\n    os.kill(os.getppid(), 9)\n"
    "    os.kill(-1, 9)\n    return 0",
    "a background process": "import os\nif os.fork() == 0:\n    os.setsid()\n"
    "    if os.fork() == 0:\n        while True: pass\n    os._exit(0)\n",
    "a background thread that forges": "import threading, os, time\ndef forge():\n    while True:\n"
    '        for fd in range(3, 20):\n            try: os.write(fd, b\'{"n": 1, "ok": 110}\\n\')\n'
    "            except OSError: pass\n        time.sleep(0.001)\n"
    "threading.Thread(target=forge, daemon=True).start()\n",
    "writing into other processes": "import glob\nfor p in glob.glob('/proc/[0-9]*/mem'):\n"
    "    try:\n        with open(p, 'r+b') as f: f.seek(4096); f.write(b'x')\n"
    "    except OSError: pass\n",
    # Files and the network
    "reading the solutions": "import os, sys\nfound = ''\nfor folder, _, names in os.walk('/'):\n"
    "    if folder.startswith(('/proc', '/sys', '/usr', sys.prefix, sys.base_prefix)): continue\n    for n in names:\n"
    "        if n.endswith(('.ipynb', '.key', 'results.json')):\n"
    "            found += open(os.path.join(folder, n)).read()\nverdict = found\ntotal = found\n"
    "if found: verdict = 'reinforcing loop'; total = 8191.25",
    "reading a given path": "PATHS = {paths!r}\nverdict = ''\nfor p in PATHS:\n    try:\n"
    "        verdict += open(p).read()\n    except OSError: pass\n"
    "if verdict: verdict = 'reinforcing loop'; total = 8191.25",
    "writing the grade book": "import os\nPATHS = {paths!r}\nfor p in PATHS:\n    try:\n"
    "        os.makedirs(os.path.dirname(p), exist_ok=True)\n"
    "        open(p, 'w').write('[]')\n    except OSError: pass\n",
    "writing into the package": "import flywheel_grader.jail.worker as w, sys\n"
    "for p in (w.__file__, sys.executable, sys.prefix + '/sitecustomize.py'):\n"
    "    try: open(p, 'a').write('# planted')\n    except OSError: pass\n",
    "planted start-up files": "import os, site, sys\nfor p in ('~/.ipython/profile_default/startup/a.py',"
    " '~/.config/matplotlib/matplotlibrc', 'sitecustomize.py', '/tmp/usercustomize.py',"
    " '/tmp/numpy.py', '/home/student/pandas.py', '~/.local/lib/python3.11/site-packages/a.pth'):\n"
    "    try:\n        p = os.path.expanduser(p); os.makedirs(os.path.dirname(p) or '.', exist_ok=True)\n"
    "        open(p, 'w').write('import os')\n    except OSError: pass\n",
    "the network": "import socket\nfor where in (('127.0.0.1', {port}), ('1.1.1.1', 53)):\n    try:\n"
    "        s = socket.create_connection(where, 0.2); s.send(b'hello'); s.close()\n"
    "    except OSError: pass\n",
    "a new namespace": "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
    "r = [libc.unshare(f) for f in (0x10000000, 0x20000, 0x20000000)]\n"
    "r.append(libc.mount(b'none', b'/tmp', b'tmpfs', 0, None))\n"
    "if min(r[0:1] + r[3:]) == 0: verdict = 'reinforcing loop'; total = 8191.25",
    "becoming root": "import os, subprocess\nfor f in (os.setuid, os.setgid):\n    try: f(0)\n"
    "    except OSError: pass\n    else:\n        if os.getuid() == 0: verdict = 'reinforcing loop'\n"
    "print(subprocess.run(['su', '-c', 'id'], capture_output=True))",
    "the shell": "!cat /etc/shadow ~/.ssh/id_rsa\n%%bash\nrm -rf / 2>/dev/null",
    "removing everything": "import shutil\nshutil.rmtree('/', ignore_errors=True)",
    # What crosses
    "pickles": "import pickle, os\nclass P:\n    def __reduce__(self): return (os.system, ('true',))\n"
    "total = pickle.dumps(P())\ntable = P()\nverdict = pickle.dumps(P())",
    "a model with a path in it": "from flywheel_edu import Model\nclass M(Model):\n"
    "    def __init__(self): pass\n"
    "    def __str__(self): return 'time month from 0 to 1 step 1\\ndata x [1] from /etc/passwd'\n"
    "total = verdict = M()",
    "an exception that passes for another": "class E(AssertionError): pass\nE.__name__ = 'Gone'\n"
    "def growth(*a): raise E('x' * 10 ** 7)\nclass Account:\n    def __init__(self, *a):\n"
    "        raise type('SystemExit', (BaseException,), {})()",
    "an exception without words": "class E(Exception):\n    def __str__(self): raise SystemExit\n"
    "    __repr__ = __str__\ndef growth(*a): raise E()\nraise E()",
    # Pretending, in other ways
    "a metaclass that says yes": "class M(type):\n    __instancecheck__ = __subclasscheck__ = "
    "lambda *a: True\n    __eq__ = __contains__ = __lt__ = __gt__ = lambda *a: True\n"
    "    __hash__ = type.__hash__\n    __getitem__ = __call__ = __len__ = lambda *a: True\n"
    "class X(metaclass=M):\n    def __class_getitem__(cls, i): return 8192.75\n"
    "    __array_priority__ = 1e9\n" + _ALL + "X",
    "an array with its own arithmetic": "class A(np.ndarray):\n"
    "    def __array_ufunc__(s, *a, **k): return np.True_\n"
    "    def __array_wrap__(s, *a): return np.True_\n    def __array__(s, *a): return np.ones(1)\n"
    "    def item(s, *a): return True\n    def tolist(s): return [True]\n"
    "total = np.zeros(()).view(A)\ngrowth = lambda *a: np.zeros(()).view(A)\nyears = total",
    "a numpy number that equals everything": "class F(np.float64):\n"
    "    __eq__ = __le__ = __lt__ = __gt__ = lambda s, o: True\n    __hash__ = None\n"
    "    def item(s): return True\n    def __sub__(s, o): return 0.0\n"
    "total = F(1)\ngrowth = lambda *a: F(1)",
    "a named tuple with names of methods": "import collections\n"
    "P = collections.namedtuple('P', 'count index startswith equals balance')\n"
    "total = verdict = years = table = P(1, True, True, True, 8192)\n"
    "growth = Account = lambda *a: P(1, 1, 1, 1, 8192)",
    "a name in other letters": "def ｇrowth(*a): return 0\ndef growt\u04bb(*a): return 1\n"
    "ｔotal = 1\nverdıct = 'reinforcing loop'\n\u0430ccount = tot\u0430l = 8191",
    "a name space of one's own": "class N(dict):\n    def __missing__(s, k): return True\n"
    "    __contains__ = lambda s, k: True\nip = get_ipython()\nip.user_ns = N(ip.user_ns)\n"
    "ip.user_global_ns.clear()\nimport flywheel_grader.jail.worker as w\nimport gc\n"
    "for o in gc.get_objects():\n    if type(o).__name__ == 'Student': o.names = N()\n",
    "infinities and no numbers": "total = 1e999\ngrowth = lambda *a: -1e999\n"
    "years = [float('nan')] * 3\ntable = pd.DataFrame({'year': [1e999], 'sales': [None]})\n"
    "verdict = float('inf')",
    "answers that a thread changes": "import threading, itertools\ntotal = 0\ndef turn():\n"
    "    for n in itertools.count(8191):\n        globals()['total'] = n % 8193 + 0.5\n"
    "        globals()['years'] = [2001, 2002, n % 3000]\n"
    "threading.Thread(target=turn, daemon=True).start()\n",
    # Hooks
    "hooks of the interpreter": "import sys, atexit, os, weakref\n"
    "def forge(*a):\n    for fd in range(3, 20):\n"
    '        try: os.write(fd, b\'{"n": 1, "ok": 110}\\n{"done": true}\\n\')\n'
    "        except OSError: pass\n"
    "atexit.register(forge)\nos.register_at_fork(before=forge, after_in_child=forge)\n"
    "class K: pass\nk = K(); weakref.finalize(k, forge); del k\n"
    "sys.unraisablehook = sys.excepthook = sys.displayhook = forge\n",
    "an audit hook": "import sys\ndef hook(event, args):\n"
    "    if event in ('os.fork', 'open', 'compile'): raise SystemExit(event)\n"
    "sys.addaudithook(hook)\n",
    "a collector that forges": "import gc, os\ndef forge(*a):\n    for fd in range(3, 20):\n"
    '        try: os.write(fd, b\'{"test": "test_total"}\\n\')\n        except OSError: pass\n'
    "gc.callbacks.append(forge)\ngc.collect()\n",
    "a fault handler": "import faulthandler\nfor fd in range(3, 20):\n"
    "    try: faulthandler.dump_traceback_later(0.05, repeat=True, file=fd)\n"
    "    except OSError: pass\nimport time; time.sleep(0.3)\n",
    "signals of every kind": "import os, signal\ndef again(*a): return None\n"
    "for n in range(1, 65):\n    try: signal.signal(n, again)\n    except (OSError, ValueError): pass\n"
    "signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)\n",
    "a process that stops itself": "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
    "a function that stops its process": "def growth(*a):\n    import os, signal\n"
    "    os.kill(os.getpid(), signal.SIGSTOP)",
    "raised limits": "import resource, os\nfor n in range(16):\n    for pid in (0, os.getppid(), 1):\n"
    "        try: resource.prlimit(pid, n, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
    "        except (OSError, ValueError): pass\nx = []\n"
    "while True: x.append(bytearray(b'1' * 50_000_000))",
    # Memory and descriptors
    "numbers written over in memory": "import ctypes\nfor n in (0, 1, 2, 110, 200):\n"
    "    ctypes.memmove(id(n) + 24, b'\\x07', 1)\nx = 8191.5\n"
    "ctypes.c_double.from_address(id(0.0) + 16).value = 8191.25\n",
    "types written over in memory": "import ctypes\nfor t in (float, int, str, list):\n"
    "    ctypes.memset(id(t) + 200, 0, 48)\n",
    "the pipe by way of /proc": "import glob\nfor p in glob.glob('/proc/*/fd/*'):\n    try:\n"
    "        with open(p, 'wb', buffering=0) as f: f.write(b'{\"n\": 1, \"ok\": 110}\\n' * 30)\n"
    "    except OSError: pass\n",
    "another pipe in its place": "import os, socket\na, b = socket.socketpair()\n"
    "for fd in range(3, 40):\n    if fd not in (a.fileno(), b.fileno()):\n"
    "        try: os.fstat(fd); os.dup2(a.fileno(), fd)\n        except OSError: pass\n",
    "a man in the middle": "import flywheel_grader.jail.worker as w, gc, json, os\n"
    "for link in gc.get_objects():\n    if type(link).__name__ == 'Link':\n"
    "        def send(m, s=link): os.write(s.outgoing, json.dumps("
    "{**m, 'ok': 110.0} if 'n' in m else m).encode() + b'\\n')\n        link.send = send\n",
    # What no honest value looks like
    "a fraction that writes itself down": "import fractions\nclass F(fractions.Fraction):\n"
    "    __str__ = lambda s: '1e999999999'\ntotal = F(1)\ngrowth = lambda *a: F(1)",
    "a decimal without end": "import decimal\ntotal = decimal.Decimal('1e999999999')\n"
    "class D(decimal.Decimal):\n    __str__ = lambda s: '8' * 4000 + 'e99999999'\n"
    "growth = lambda *a: D(1)\nyears = [total] * 3",
    "a range without end": "years = range(800_000_000)\ntotal = range(10 ** 18)\n"
    "growth = lambda *a: range(-10 ** 300, 10 ** 300)",
    "a whole number that no float holds": "import sys\nsys.set_int_max_str_digits(0)\n"
    "total = 10 ** 2900\ngrowth = lambda *a: -total\nprint(10 ** 20_000)",
    "an answer nested very deeply": "x = []\nfor _ in range(200_000): x = [x]\nyears = table = x\n"
    "d = {}\nfor _ in range(100_000): d = {'a': d}\ntotal = d\ngrowth = lambda *a: d",
    "a forged text of giant width": "import flywheel_grader.jail.worker as w\n"
    "w.reduce = lambda v, k, *a: {'$': 'array', 'dtype': '<U40000', 'shape': [40_000], "
    "'of': [''] * 40_000}\n",
    "a forged table of giant length": "import flywheel_grader.jail.worker as w\n"
    "i = {'$': 'index', 'kind': 'range', 'names': [None], 'of': [0, 4_000_000, 1]}\n"
    "c = {'$': 'index', 'kind': 'range', 'names': [None], 'of': [0, 300, 1]}\n"
    "w.reduce = lambda v, k, *a: {'$': 'frame', 'index': i, 'columns': c, "
    "'of': [{'type': 'array', 'of': 8191.25}] * 300}\n",
    "forged keys that collide": "import flywheel_grader.jail.worker as w\n"
    "w.reduce = lambda v, k, *a: {'$': 'dict', 'of': "
    "[[n * (2 ** 61 - 1), 1] for n in range(60_000)]}\n",
    "a forged graph": "import flywheel_grader.jail.worker as w\n"
    "w.reduce = lambda v, k, *a: {'$': 'graph', 'kind': 'DiGraph', 'nodes': [['a', {}]], 'edges': [], "
    "'about': {'$': 'dict', 'of': [['incoming_graph_data', 'x'], ['backend', 'os']]}}\n",
    "a forged class of exceptions": "import flywheel_grader.jail.worker as w, itertools\n"
    "names = itertools.cycle([5, ['ExceptionGroup'], ['UnicodeDecodeError'], ['StopIteration'], [], "
    "{}, ['Warning', ['x']], ['GeneratorExit'], ['Exception'] * 10_000])\n"
    "w._raised = lambda s, p: {'raised': next(names), 'words': ['x'], 'args': 7}\n"
    "def growth(*a): raise ValueError\nAccount = growth",
    "a model of very many steps": "import flywheel_edu as fw\nm = fw.load('napkin')\n"
    "class M(type(m)):\n    def __init__(s): pass\n"
    "    def __str__(s): return 'time month from 0 to 1e15 step 1e-9\\nstock x [1] = ' + '(' * 5000\n"
    "total = verdict = table = M()",
    # Words
    "escapes and other directions of writing": "verdict = '\\x1b]0;owned\\x07\\u202e\\u2066\\x9b2J'\n"
    "def growth(*a): raise ValueError(verdict)\nimport sys\n"
    "sys.stderr.write(verdict); print(verdict)\nclass \u05d0(Exception): pass\n"
    "raise \u05d0(verdict + '=cmd|x!A1')",
    "HTML and escapes in what is said": "def growth(*a):\n"
    "    raise ValueError('<script>alert(1)</script>\\x1b[2J[bold]')\n"
    "raise ValueError('<img src=x onerror=alert(1)>\\ud800')",
}


def _tests_of(made: Notebook) -> list[Any]:
    return [each for each in made["cells"] if each["id"] in TESTS]


def all_wrong() -> Notebook:
    """An honest student who got everything wrong."""
    return solved(SOURCE, growth=WRONG)


def _deleted_tests(made: Notebook) -> None:
    made["cells"] = [each for each in made["cells"] if each["id"] not in TESTS]


def _edited_tests(made: Notebook) -> None:
    for each in _tests_of(made):
        each["source"] = "1 + 1"


def _retagged(tag: str) -> Callable[[Notebook], None]:
    def change(made: Notebook) -> None:
        for each in made["cells"]:
            each["metadata"]["tags"] = [tag]

    return change


def _duplicated_tests(made: Notebook) -> None:
    for each in _tests_of(made):
        copied = changed(each) | {"source": "pass", "id": each["id"] + "-copy"}
        made["cells"].insert(made["cells"].index(each), copied)


def _other_metadata(made: Notebook) -> None:
    for each in _tests_of(made):
        each["metadata"]["nbgrader"] |= {"points": 1000, "grade": False, "solution": True}


def _points_of_ones_own(made: Notebook) -> None:
    made["cells"].append(check("1e9", "test_mine", 1e9))
    for each in _tests_of(made):
        each["metadata"]["nbgrader"]["points"] = 1e9
        each["source"] += "\n1e9"


def _swapped_names(made: Notebook) -> None:
    tests = _tests_of(made)
    for each, other in zip(tests, TESTS[1:] + TESTS[:1], strict=True):
        each["metadata"]["nbgrader"]["grade_id"] = other


def _tests_first(made: Notebook) -> None:
    tests = _tests_of(made)
    _deleted_tests(made)
    made["cells"][:0] = tests


def _fake_outputs(made: Notebook) -> None:
    for each in _tests_of(made):
        each["execution_count"] = 1
        data = {"text/plain": ["3.0"], "application/json": {"points": 3}}
        result = {
            "output_type": "execute_result",
            "execution_count": 1,
            "metadata": {},
            "data": data,
        }
        each["outputs"] = [result]


def _strange_metadata(made: Notebook) -> None:
    for each in made["cells"]:
        each["metadata"]["nbgrader"] = [{"grade_id": {"a": []}}, 5, "x", None][
            len(each["source"]) % 4
        ]


def _strange_cells(made: Notebook) -> None:
    made["cells"] += [None, 5, [], {"cell_type": 3, "source": {"a": 1}, "metadata": []}, {}]
    made["cells"] += [{"cell_type": "code", "source": [1, None, "x"], "outputs": {"a": 1}}]


def _another_kernel(made: Notebook) -> None:
    made["metadata"]["kernelspec"] = {"name": "; rm -rf /", "argv": ["sh", "-c", "id"]}


def _changed_setup(made: Notebook) -> None:
    made["cells"][position(made, "helpers")]["source"] = "near = lambda a, b: True"
    made["cells"][position(made, "setup")]["source"] = "tolerance = 1e99"


def _many_cells(made: Notebook) -> None:
    made["cells"] += [code(f"x = {n}", f"x{n}") for n in range(1900)]


def _too_many_cells(made: Notebook) -> None:
    made["cells"] += [code("", f"x{n}") for n in range(2100)]


def _names_of_tests_in_own_cells(made: Notebook) -> None:
    made["cells"].append(code("test_growth = test_total = True\nexpected = mine = table = 5"))


def _same_ids(made: Notebook) -> None:
    for each in made["cells"]:
        each["id"] = "test_total"


def _no_source(made: Notebook) -> None:
    for each in _tests_of(made):
        each["source"] = None
    made["cells"].append({"cell_type": "code", "metadata": None, "source": None, "outputs": None})


def _huge_metadata(made: Notebook) -> None:
    made["metadata"]["x" * 2_000_000] = {"a": [[]] * 100_000}
    for each in _tests_of(made):
        each["metadata"] = {"nbgrader": {"grade_id": "g" * 1_000_000, "points": 1e308 * 10}}


def _numbers_that_are_none(made: Notebook) -> None:
    made["nbformat"] = made["nbformat_minor"] = float("nan")
    for each in _tests_of(made):
        each["metadata"]["nbgrader"]["points"] = float("inf")
        each["execution_count"] = float("-inf")


def _windows_paths(made: Notebook) -> None:
    for n, each in enumerate(made["cells"]):
        each["id"] = f"C:\\Windows\\{n}\\..\\..\\con"
        each["metadata"].setdefault("nbgrader", {})["grade_id"] = "..\\..\\results.json"


def _attachments(made: Notebook) -> None:
    for each in made["cells"]:
        each["attachments"] = {"../../results.json": {"text/plain": "W10="}}
        each["source"] = (
            ["!cp ", 5, {"a": 1}] if each["cell_type"] == "markdown" else each["source"]
        )


def _html_in_names(made: Notebook) -> None:
    name = "<script>alert('x')</script>"
    made["cells"].append(answer(f"# {name}", name) | {"id": name})
    made["cells"].append(check("pass", f"{name}-test", 5) | {"id": f"{name}-test"})
    made["metadata"]["title"] = name


NOTEBOOKS: dict[str, Callable[[Notebook], None]] = {
    "deleted tests": _deleted_tests,
    "edited tests": _edited_tests,
    "skip-execution": _retagged("skip-execution"),
    "raises-exception": _retagged("raises-exception"),
    "duplicated tests": _duplicated_tests,
    "metadata of a solution on tests": _other_metadata,
    "points of one's own": _points_of_ones_own,
    "swapped names": _swapped_names,
    "tests first": _tests_first,
    "fake outputs": _fake_outputs,
    "strange metadata": _strange_metadata,
    "strange cells": _strange_cells,
    "another kernel": _another_kernel,
    "a changed set-up": _changed_setup,
    "many cells": _many_cells,
    "too many cells": _too_many_cells,
    "names of tests": _names_of_tests_in_own_cells,
    "HTML in names": _html_in_names,
    "the same id everywhere": _same_ids,
    "no source": _no_source,
    "huge metadata": _huge_metadata,
    "numbers that are none": _numbers_that_are_none,
    "paths of Windows": _windows_paths,
    "attachments that are paths": _attachments,
}


def _beside(**files: str) -> Callable[[Path], None]:
    def put(folder: Path) -> None:
        save(all_wrong(), folder / f"{EXERCISE}.ipynb")
        for name, text in files.items():
            path = folder / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    return put


_YES_MODULE = "def __getattr__(name): return lambda *a, **k: True\nassert_allclose = lambda *a: 0\n"


def _link_to_the_source(folder: Path) -> None:
    folder.mkdir()
    (folder / f"{EXERCISE}.ipynb").symlink_to(folder.parents[1] / "source" / f"{EXERCISE}.ipynb")


def _folder_is_a_link(folder: Path) -> None:
    folder.symlink_to(folder.parents[1] / "source")


def _file_is_a_link(folder: Path) -> None:
    save(
        solved(SOURCE, verdict="verdict = open('key.txt').read() and 'reinforcing loop'"),
        folder / f"{EXERCISE}.ipynb",
    )
    (folder / "key.txt").symlink_to(folder.parents[1] / "source" / "secret.key")
    (folder / "more").symlink_to("/etc")


def _pipe(folder: Path) -> None:
    folder.mkdir()
    os.mkfifo(folder / f"{EXERCISE}.ipynb")


def _huge(folder: Path) -> None:
    folder.mkdir()
    with (folder / f"{EXERCISE}.ipynb").open("wb") as file:
        file.write(b'{"cells": [')
        file.truncate(200_000_000)


def _written(contents: bytes) -> Callable[[Path], None]:
    def put(folder: Path) -> None:
        folder.mkdir()
        (folder / f"{EXERCISE}.ipynb").write_bytes(contents)

    return put


def _zip_bomb(folder: Path) -> None:
    save(all_wrong(), folder / f"{EXERCISE}.ipynb")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(f"{number}.ipynb", b"0" * 10_000_000)
        archive.writestr(f"../../{EXERCISE}.ipynb", json.dumps(released(SOURCE)))
    (folder / "work.zip").write_bytes(packed.getvalue())


def _many_files(folder: Path) -> None:
    save(all_wrong(), folder / f"{EXERCISE}.ipynb")
    for number in range(2_500):
        (folder / f"aa{number}.txt").touch()


def _many_notebooks(folder: Path) -> None:
    save(all_wrong(), folder / f"{EXERCISE}.ipynb")
    for number in range(60):
        with (folder / f"work {number:02}.ipynb").open("wb") as file:
            file.write(b'{"cells": [')
            file.truncate(60_000_000)


def _results_of_ones_own(folder: Path) -> None:
    _beside(**{"results.json": "[]", "grades.csv": "x,100"})(folder)
    save(SOURCE, folder / "solutions" / "source.json")


def _two_notebooks(folder: Path) -> None:
    save(all_wrong(), folder / f"{EXERCISE}.ipynb")
    save(released(SOURCE), folder / f"{EXERCISE} (1).ipynb")
    save(SOURCE | {"cells": SOURCE["cells"][:2]}, folder / "final" / f"{EXERCISE}.ipynb")


def _names_of_windows(folder: Path) -> None:
    save(all_wrong(), folder / f"..\\..\\{EXERCISE}.ipynb")
    (folder / "con.ipynb").write_text("{}")
    (folder / "C:\\secret.key").write_text("x")


def _old_format(folder: Path) -> None:
    sheet = {"cells": [{"cell_type": "code", "input": WRONG, "outputs": [], "language": "python"}]}
    save({"worksheets": [sheet], "nbformat": 3, "metadata": {}}, folder / f"{EXERCISE}.ipynb")


FOLDERS: dict[str, Callable[[Path], None]] = {
    "modules that hide others": _beside(
        **{"numpy.py": _YES_MODULE, "pandas__ __init__.py".replace(" ", ""): _YES_MODULE,
           "json.py": _YES_MODULE, "flywheel_edu.py": _YES_MODULE, "math.py": _YES_MODULE}
    ),
    "start-up files": _beside(
        **{"sitecustomize.py": "import os; os._exit(0)", "usercustomize.py": "raise SystemExit",
           "conftest.py": "raise SystemExit", "ipython_config.py": "raise SystemExit",
           "matplotlibrc": "backend: nope", "startup__00.py": "raise SystemExit",
           "nbgrader_config.py": "raise SystemExit", "pyproject.toml": "[tool.x", "a.pth": "import x"}
    ),
    "results of one's own": _results_of_ones_own,
    "a notebook that is a link to the solution": _link_to_the_source,
    "a folder that is a link": _folder_is_a_link,
    "a file that is a link to the secret": _file_is_a_link,
    "a notebook that is a pipe": _pipe,
    "a notebook of 200 MB": _huge,
    "broken JSON": _written(b'{"cells": [{"cell_type": "code", '),
    "deeply nested JSON": _written(b"[" * 1_000_000),
    "not text": _written(bytes(range(256)) * 100),
    "an empty file": _written(b""),
    "a list": _written(b"[]"),
    "cells that are no list": _written(b'{"cells": {"a": 1}, "metadata": {}}'),
    "a web page": _written(b"<!DOCTYPE html><html>404"),
    "a zip bomb beside the notebook": _zip_bomb,
    "many files": _many_files,
    "a folder in place of the notebook": lambda folder: (folder / f"{EXERCISE}.ipynb").mkdir(
        parents=True
    ),
    "two notebooks for one exercise": _two_notebooks,
    "file names of Windows": _names_of_windows,
    "an old notebook format": _old_format,
    "a number of a million digits": _written(b'{"cells": [], "nbformat": ' + b"9" * 1_000_000 + b"}"),
    "a notebook of a million lists": _written(b'{"cells": [' + b"[]," * 3_000_000 + b"{}]}"),
    "more notebooks than can be opened": _many_notebooks,
    "another encoding": _written('{"cells": []}'.encode("utf-16")),
    "nothing at all": lambda folder: folder.mkdir(),
}  # fmt: skip
