"""Still more hostile work, on the exercise of `attacks`: as cells, as notebooks, as folders."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from attacks import _YES as YES
from attacks import EXERCISE, WRONG, all_wrong
from notebooks import Notebook, answer, check, save, words

_WORKER = "import flywheel_grader.jail.worker as w, os, sys\n"

CELLS: dict[str, str] = {
    # The worker's own code
    "code exchanged": _WORKER
    + "def yes(*a, **k): return {{'ok': True}}\n".replace("{{", "{").replace("}}", "}")
    + "w.Student.answer.__code__ = yes.__code__\nw.reduce.__code__ = (lambda *a, **k: 8191).__code__\n",
    "a trace that jumps": "import sys\ndef tr(f, e, a):\n    f.f_trace_opcodes = True\n"
    "    if f.f_code.co_name in ('_serve', 'answer', '_outcome') and e == 'line':\n"
    "        try: f.f_lineno += 1\n        except ValueError: pass\n    return tr\n"
    "sys.settrace(tr)\nf = sys._getframe()\nwhile f:\n    f.f_trace = tr; f = f.f_back\n",
    "locals of other frames written": "import sys, ctypes\ndef growth(*a):\n    f = sys._getframe()\n"
    "    while f:\n        for n in ('outcome', 'reply', 'ask', 'value', 'data'):\n"
    "            if n in f.f_locals: f.f_locals[n] = True\n"
    "        ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(f), ctypes.c_int(0)); f = f.f_back\n"
    "    return 0\n",
    "an error thrown into other threads": "import ctypes, threading\ndef growth(*a):\n"
    "    for t in list(threading._active):\n"
    "        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(t), ctypes.py_object(SystemExit))\n"
    "    return 0\n",
    "no modules left": "import sys\nfor n in list(sys.modules):\n    if n not in ('builtins', 'sys'): del sys.modules[n]\n",
    "codecs of its own": "import codecs\ncodecs.register(lambda n: (_ for _ in ()).throw(SystemExit))\n"
    "import encodings\nencodings._cache.clear()\nencodings.search_function = lambda n: None\n",
    "a key that answers for every name": "class K(str):\n    def __hash__(s): return hash(K.n)\n"
    "    def __eq__(s, o):\n        if K.live: raise SystemExit\n        return True\n"
    "K.live = False\nfor K.n in ('total', 'verdict', 'growth', 'Account'): globals()[K('x' + K.n)] = 8191\nK.live = True\n",
    "a function that comes back twice": "def growth(*a):\n    import os\n    os.fork()\n    return 0\nclass Account:\n"
    "    def __init__(s, b):\n        import os\n        s.balance = os.fork()\n    def deposit(s, a): pass",
    "a function that comes back in another process": "def growth(*a):\n    import os, time\n    if os.fork():\n"
    "        time.sleep(30)\n    return 0",
    "a thread that ends the process at each question": "import threading, os, time\ndef growth(*a):\n"
    "    threading.Timer(0.02, os._exit, (0,)).start(); time.sleep(0.05); return 0\n"
    "verdict = total = 0\nAccount = growth",
    "alarms at odd moments": "import signal\ndef ring(*a): raise StopIteration(8191)\n"
    "for s, t in ((signal.SIGVTALRM, signal.ITIMER_VIRTUAL), (signal.SIGPROF, signal.ITIMER_PROF)):\n"
    "    signal.signal(s, ring); signal.setitimer(t, 0.01, 0.01)\n",
    "a wake-up of the pipe": "import signal, os\nfor fd in range(3, 20):\n    try:\n        os.set_blocking(fd, False); signal.set_wakeup_fd(fd)\n"
    "    except (OSError, ValueError): pass\nsignal.signal(signal.SIGALRM, lambda *a: None)\nsignal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)",
    "a collector that tells all": "import gc\ngc.set_debug(gc.DEBUG_LEAK)\ngc.freeze()\ngc.set_threshold(1, 1, 1)\ngc.disable()\n",
    "hooks at the end of threads": "import threading, sys\nthreading.excepthook = sys.unraisablehook = lambda *a: 1 / 0\n"
    "threading._shutdown = threading._register_atexit = lambda *a, **k: 1 / 0\nthreading.Thread(target=lambda: 1 / 0).start()\n",
    # Classes
    "classes made by their parents": "class B:\n    def __init_subclass__(c, **k): c.balance = c.deposit = property(lambda s: c)\n"
    "    def __class_getitem__(c, i): return c\n    def __set_name__(s, o, n): raise SystemExit\nclass Account(B): x = B()\n"
    "growth = Account[1]\ntotal = verdict = B",
    "a family of its own": "class M(type):\n    def mro(c): return (c, list, float, object) if 0 else [c, object]\n"
    "    def __prepare__(*a, **k): return {'balance': 0, 'deposit': lambda s, a: None}\n    __module__ = 'builtins'\n"
    "class E:\n    def __mro_entries__(s, b): return (float,)\nclass F(E(), metaclass=type): __eq__ = lambda s, o: True\n"
    "class Account(metaclass=M): pass\ntotal = F(1)\ngrowth = lambda *a: F(1)",
    "types that are no classes": "import typing\ngrowth = list[int]\nAccount = dict[str, int]\ntotal = int | str\n"
    "verdict = typing.Literal['reinforcing loop']\ntable = typing.TypeVar('T')\nyears = typing.Union[int, str]",
    "an attribute that is never the same": "import itertools\nclass D:\n    n = itertools.count(8190.25)\n    def __get__(s, o, t): return next(D.n)\n"
    "    def __set__(s, o, v): raise SystemExit\nclass Account:\n    balance = D()\n    def __init__(s, b): pass\n    def deposit(s, a): pass",
    "a class of Python's for an answer": "total = verdict = table = years = range\ngrowth = zip\nAccount = map",
    "weak proxies": YES + "import weakref\nkept = Yes()\ntotal = verdict = table = years = weakref.proxy(kept)\ngrowth = Account = weakref.ref(kept)",
    # Values
    "a signalling number": "import decimal\ntotal = decimal.Decimal('sNaN123')\ngrowth = lambda *a: decimal.Decimal('-sNaN')\n"
    "decimal.getcontext().traps[decimal.InvalidOperation] = False\nyears = [total] * 3",
    "zones of time that lie": "import datetime as d\nclass Z(d.tzinfo):\n    def utcoffset(s, t): raise SystemExit\n    tzname = dst = utcoffset\n"
    "total = d.datetime(2000, 1, 1, tzinfo=Z())\nverdict = d.time(1, tzinfo=Z())\nyears = [d.timedelta.max, d.date.max]",
    "halves of letters everywhere": "total = verdict = '\\ud800' * 999\ntable = {'\\udfff': '\\ud800'}\nyears = ['\\udc80']\n"
    "def growth(*a): raise ValueError('\\ud83d', '\\udcff')\ngrowth.__name__ = growth.__doc__ = '\\ud800'\n"
    "Account = type('\\u00e9', (), {'__doc__': '\\udcff'})\nimport sys, os\nsys.stdout.write('\\ud800'); open(b'\\xff\\xfe.txt', 'w').close(); os.mkdir(b'\\xc3')",
    "whole numbers past the limit of their text": "import sys\nsys.set_int_max_str_digits(640)\nclass N(int):\n    def __repr__(s): return '9' * 10 ** 7\n"
    "    __str__ = __format__ = __index__ = __repr__\ntotal = N(10 ** 4000)\ngrowth = lambda *a: 1 << 33_000\nraise ValueError(10 ** 5000)",
    "bytes that go on": "import array, io\ntotal = memoryview(bytearray(10 ** 7))\nverdict = bytearray(b'reinforcing') * 10 ** 6\n"
    "years = array.array('d', [1.0]) * 10 ** 6\ntable = io.BytesIO(b'1' * 10 ** 7)\ngrowth = lambda *a: b'1' * 10 ** 7",
    "a module for an answer": "import os, math\ntotal = verdict = table = math\ngrowth = Account = os\nyears = __import__('sys')",
    # Cells
    "an await without end": "import asyncio\nasync def never():\n    while True: await asyncio.sleep(0)\nawait asyncio.wait_for(never(), 1e9)",
    "asyncio of its own": "import asyncio\nasyncio.run = asyncio.Runner = lambda *a, **k: 8191\nasyncio.set_event_loop_policy(None)\n"
    "async def growth(*a): return 110\nclass Account:\n    async def deposit(s, a): pass\n    async def __aenter__(s): return s",
    "magics of every kind": "%run /etc/passwd\n%load /etc/shadow\n%store total\n%pdb on\n%debug\n%config InteractiveShell.ast_node_interactivity = 'all'\n"
    "%alias growth true\n%macro total 1\n%rerun\n%recall\n%edit\n%history -g\n%logstart -o log.py\n%autocall 2\n%colors nocolor\n%xmode Minimal\n%doctest_mode",
    "a debugger": "breakpoint()\nimport pdb, code\npdb.set_trace()\ncode.interact()\nfrom IPython import embed, start_ipython\nembed()\nstart_ipython(argv=[])",
    "displays that run": "class D:\n    def _ipython_display_(s): raise SystemExit\n    _repr_html_ = _repr_mimebundle_ = __repr__ = _ipython_display_\n"
    "ip = get_ipython()\nip.display_formatter.formatters['text/plain'].for_type(object, lambda *a: 1 / 0)\nip.displayhook = ip.display_pub = D()\nD()",
    "another place, hour and language": "import os, locale, time\nos.environ.clear()\nos.environ.update(TZ='x' * 9000, LC_ALL='xx', PYTHONHASHSEED='0', HOME='/proc/1/root')\n"
    "time.tzset()\nfor n in ('de_DE.UTF-8', 'C', ''):\n    try: locale.setlocale(locale.LC_ALL, n)\n    except locale.Error: pass\nlocale.setlocale = lambda *a: 1 / 0",
    "very little depth": "import sys\nsys.setrecursionlimit(60)\nsys.setswitchinterval(1e-6)\nsys.set_asyncgen_hooks(lambda *a: 1 / 0, lambda *a: 1 / 0)",
    "a namespace in wide letters": "for n in ('ｔotal', 'ﬁle', 'ｖerdict', '𝐠rowth', 'ℌidden', 'ａ'): globals()[n] = 8191\n"
    "get_ipython().user_ns[5] = get_ipython().user_ns[None] = 8191\nglobals()[('total',)] = 1",
}  # fmt: skip


def _outputs(made: Notebook) -> None:
    bundle = {
        "text/html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "application/javascript": "Jupyter.notebook.kernel.execute('1')",
        "image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "text/markdown": "[x](javascript:alert(1))", "text/latex": "$\\href{javascript:alert(1)}{x}$",
        "application/vnd.jupyter.widget-view+json": {"model_id": "a", "version_major": 2},
        "application/vdom.v1+json": {"tagName": "script"}, "image/png": ["not", 5, None],
    }  # fmt: skip
    for each in made["cells"]:
        if each["cell_type"] == "code":
            each["outputs"] = [{"output_type": "display_data", "data": bundle, "metadata": bundle}]
        each["attachments"] = {"a.svg": {"image/svg+xml": "PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+"}}
    made["cells"].append(words("![x](attachment:a.svg) <script>alert(1)</script>"))


def _another_language(made: Notebook) -> None:
    made["metadata"] = {
        "kernelspec": {"name": "../../bin/sh", "language": "R", "display_name": ["x"]},
        "language_info": {"name": {"a": 1}, "version": [3], "file_extension": "/../../x"},
        "celltoolbar": "Create Assignment", "widgets": [], "nbgrader": {"points": 99}, "jupytext": 5,
    }  # fmt: skip
    for each in made["cells"]:
        each["metadata"] |= {"kernel": "bash", "slideshow": None, "tags": {"a": 1}, "trusted": True}


def _one_name_for_all(made: Notebook) -> None:
    for each in made["cells"]:
        each["metadata"]["nbgrader"] = {
            "grade": True, "solution": True, "locked": True, "task": True, "points": 99,
            "grade_id": "test_total", "schema_version": 99,
        }  # fmt: skip


def _line_ends(made: Notebook) -> None:
    for each in made["cells"]:
        each["source"] = "\u2028".join(["\ufeff", "\x00", "\x0c", *each["source"].split("\n")])


def _half_letters(made: Notebook) -> None:
    made["cells"][0]["source"] = "\ud800" * 50
    for each in made["cells"]:
        each["id"] = "\udcff"
    made["cells"] += [answer("x = '\ud800'", "\ud83d"), check("'\udfff'", "\udfff", 5)]


NOTEBOOKS: dict[str, Callable[[Notebook], None]] = {
    "outputs of every kind": _outputs,
    "another language": _another_language,
    "one name for all cells, of every kind": _one_name_for_all,
    "signs that part lines elsewhere": _line_ends,
    "halves of letters": _half_letters,
}


def _written(text: str) -> Callable[[Path], None]:
    def put(folder: Path) -> None:
        folder.mkdir()
        (folder / f"{EXERCISE}.ipynb").write_text(text, "utf-8")

    return put


def _lock_of_ones_own(folder: Path) -> None:
    save(all_wrong(), folder / f"{EXERCISE}.ipynb")
    for name in (".collected.json", ".earlier/x/a.ipynb", "handed-in.json", "overrides.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text('{"a": [1], "04_attacked.ipynb": {"at": 5, "handed_in": []}}')


_WRONG_TEXT = json.dumps(all_wrong())

FOLDERS: dict[str, Callable[[Path], None]] = {
    "metadata nested without end": _written(
        _WRONG_TEXT[:-1] + ', "deep": ' + '{"a":' * 50_000 + "1" + "}" * 50_001
    ),
    "everything said twice": _written(
        '{"cells": [], "cells": [{"cell_type": "code", "source": "1", "source": ["total = 1"], '
        '"metadata": {}, "metadata": {"nbgrader": {"points": 9, "points": 99}}}], "nbformat": 4, '
        '"nbformat": 3, "nbformat": 9}'
    ),
    "numbers that JSON has not": _written(
        '{"cells": [{"cell_type": "code", "source": [NaN, Infinity], "metadata": {"nbgrader": '
        '{"points": NaN}}}], "nbformat": -Infinity, "nbformat_minor": 1e999, "metadata": NaN}'
    ),
    "what the grader keeps": _lock_of_ones_own,
    "names that Windows does not take": lambda folder: [
        save(all_wrong(), folder / name / f"{EXERCISE}.ipynb")
        for name in ("CON", "aux.", "trailing. ", "nul.txt", "a:b", "COM1", "x" * 200)
    ],
}  # fmt: skip

ATTACKS = [*CELLS, *NOTEBOOKS, *FOLDERS]
__all__ = ["ATTACKS", "CELLS", "FOLDERS", "NOTEBOOKS", "WRONG"]
