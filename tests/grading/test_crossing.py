"""Ordinary nbgrader tests, asserts and all, on everything a student may be asked to make."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from notebooks import answer, check, code, locked, notebook, save, solved

from flywheel_grader.crossing.kinds import Kinds
from flywheel_grader.jail import levels as jail
from flywheel_grader.judging.judge import Judgement, judge, learn_kinds
from flywheel_grader.limits import Limits
from flywheel_grader.notebooks.cells import read_notebook
from flywheel_grader.notebooks.source import Source

LIMITS = Limits(cell=5, call=1, submission=20)

# The teacher's solution, a test, another right answer, and a wrong one.
TASKS: dict[str, tuple[str, str, str, str]] = {
    "a number": ("x = 0.1 + 0.2", "assert abs(x - 0.3) < 1e-12", "x = 0.3", "x = '0.3'"),
    "a large number": ("x = 3 ** 100", "assert x == 3 ** 100", "x = pow(3, 100)", "x = 3.0 ** 100"),
    "a function": (
        "def double(n):\n    return 2 * n",
        "assert [double(n) for n in (0, 1, 2.5)] == [0, 2, 5.0]\nassert double('ab') == 'abab'\n"
        "assert double.__name__ == 'double'",
        "def double(n):\n    return n + n",
        "def double(n):\n    return n ** 2",
    ),
    "a function of functions": (
        "def apply(f, n):\n    return f(f(n))",
        "assert apply(lambda n: n + 1, 5) == 7\nassert apply(abs, -3) == 3",
        "def apply(f, n):\n    for _ in range(2):\n        n = f(n)\n    return n",
        "def apply(f, n):\n    return f(n)",
    ),
    "a function that gives back a function": (
        "def adder(n):\n    return lambda m: n + m",
        "assert adder(3)(4) == 7",
        "from functools import partial\nimport operator\n"
        "def adder(n):\n    return partial(operator.add, n)",
        "def adder(n):\n    return 7",
    ),
    "an error that is wanted": (
        "def root(n):\n    if n < 0:\n        raise ValueError('below 0')\n    return n ** 0.5",
        "try:\n    root(-1)\nexcept ValueError as problem:\n    assert 'below' in str(problem)\n"
        "else:\n    raise AssertionError('no error')\nassert root(4) == 2",
        "import math\ndef root(n):\n    if n < 0: raise ValueError('it is below')\n"
        "    return math.sqrt(n)",
        "def root(n):\n    return n ** 0.5",
    ),
    "an error of one's own": (
        "class Empty(Exception):\n    pass\ndef take(n):\n    raise Empty(n)",
        "try:\n    take(3)\nexcept Empty as problem:\n    assert problem.args == (3,)\n"
        "else:\n    assert False",
        "class Empty(LookupError):\n    pass\ndef take(n):\n    raise Empty(n)",
        "class Empty(Exception):\n    pass\ndef take(n):\n    raise KeyError(n)",
    ),
    "a file that is none": (
        'def first_line(path):\n    with open(path) as f:\n        return f.readline().strip()',
        "from unittest import mock\nwith mock.patch('builtins.open', mock.mock_open(read_data='north\\nsouth\\n')) as m:\n    assert first_line('regions.txt') == 'north'\nm.assert_called_once_with('regions.txt')",
        "def first_line(path):\n    f = open(path)\n    text = f.read()\n    f.close()\n    return text.split('\\n')[0]",
        "def first_line(path):\n    return 'x'",
    ),
    "a file that is none, written": (
        "def log(text):\n    with open('log.txt', 'a') as f:\n        f.write(text + '\\n')",
        "from unittest.mock import patch, mock_open\nm = mock_open()\nwith patch('builtins.open', m):\n    log('hello')\nm.assert_called_once_with('log.txt', 'a')\nm().write.assert_called_once_with('hello\\n')",
        "def log(text):\n    f = open('log.txt', 'a')\n    f.write(f'{text}\\n')\n    f.close()",
        'def log(text):\n    print(text)',
    ),
    "a class": (
        "class Stack:\n    def __init__(self):\n        self.items = []\n"
        "    def push(self, x):\n        self.items.append(x)\n"
        "    def pop(self):\n        return self.items.pop()\n"
        "    def __len__(self):\n        return len(self.items)",
        "s = Stack()\ns.push(1)\ns.push('two')\nassert len(s) == 2 and s.pop() == 'two'\n"
        "assert s.items == [1]\nassert isinstance(s, Stack) and not isinstance(3, Stack)\n"
        "assert hasattr(s, 'push') and not hasattr(s, 'peek')\n"
        "try:\n    s.pop(); s.pop()\nexcept IndexError:\n    pass\nelse:\n    assert False",
        "class Stack(list):\n    items = property(list)\n    push = list.append",
        "class Stack:\n    items = [1]\n    def push(self, x): pass\n    def pop(self): return 'two'\n"
        "    def __len__(self): return 2",
    ),
    "operators of a class": (
        "class Vector:\n    def __init__(self, x, y):\n        self.x, self.y = x, y\n"
        "    def __add__(self, o):\n        return Vector(self.x + o.x, self.y + o.y)\n"
        "    def __mul__(self, k):\n        return Vector(self.x * k, self.y * k)\n"
        "    __rmul__ = __mul__\n"
        "    def __eq__(self, o):\n        return (self.x, self.y) == (o.x, o.y)\n"
        "    def __repr__(self):\n        return f'<{self.x} {self.y}>'",
        "v = Vector(1, 2) + 2 * Vector(3, 4) * 1\nassert (v.x, v.y) == (7, 10)\n"
        "assert v == Vector(7, 10) and v != Vector(7, 11) and repr(v) == '<7 10>'\n"
        "v.x = 0\nassert v.x == 0 and f'{v}' == '<0 10>'",
        "from dataclasses import dataclass\n@dataclass\nclass Vector:\n    x: float\n    y: float\n"
        "    def __add__(self, o): return Vector(self.x + o.x, self.y + o.y)\n"
        "    def __mul__(self, k): return Vector(k * self.x, k * self.y)\n"
        "    def __rmul__(self, k): return self * k\n"
        "    def __repr__(self): return f'<{self.x} {self.y}>'",
        "class Vector(tuple):\n    pass",
    ),
    "a generator": (
        "def count():\n    n = 0\n    while True:\n        n += 1\n        yield n",
        "g = count()\nassert [next(g), next(g)] == [1, 2]\n"
        "import itertools\nassert list(itertools.islice(count(), 3)) == [1, 2, 3]",
        "import itertools\ndef count():\n    return itertools.count(1)",
        "def count():\n    yield 0",
    ),
    "a finite generator where the solution has a list": (
        "def evens(n):\n    return [2 * k for k in range(n)]",
        "assert list(evens(3)) == [0, 2, 4]",
        "def evens(n):\n    yield from range(0, 2 * n, 2)",
        "def evens(n):\n    k = 0\n    while True:\n        yield k\n        k += 2",
    ),
    "containers": (
        "x = {'a': [1, (2, 3)], 5: {1, 2}, None: b'q'}",
        "assert x == {'a': [1, (2, 3)], 5: {1, 2}, None: b'q'}\nassert x['a'][1] == (2, 3)",
        "x = dict(a=[1, (2, 3)])\nx[5] = {2, 1}\nx[None] = bytes([113])",
        "x = {'a': [1, [2, 3]], 5: {1, 2}, None: b'q'}",
    ),
    "views of a dictionary": (
        "d = {'b': 1, 'a': 2}\nk, v, i = d.keys(), d.values(), d.items()",
        "assert sorted(k) == ['a', 'b'] and 'a' in k and list(v) == [1, 2]\n"
        "assert dict(i) == {'a': 2, 'b': 1} and k == {'a', 'b'}",
        "d = dict(b=1, a=2)\nk, v, i = d.keys(), d.values(), d.items()",
        "k, v, i = [], [], []",
    ),
    "a named tuple": (
        "from collections import namedtuple\nP = namedtuple('P', 'x y')\np = P(1, 2)",
        "assert p.x == 1 and p == (1, 2)",
        "from typing import NamedTuple\nclass P(NamedTuple):\n    x: int\n    y: int\np = P(1, 2)",
        "p = (1, 2)",
    ),
    "dates and fractions": (
        "import datetime, fractions\nd = datetime.date(1994, 7, 5)\nf = fractions.Fraction(1, 3)",
        "assert d.year == 1994 and f * 3 == 1",
        "from datetime import date\nfrom fractions import Fraction\nd = date(1994, 7, 5)\n"
        "f = 1 - Fraction(2, 3)",
        "d = '1994'\nf = 1 / 3",
    ),
    "arrays": (
        "a = np.linspace(0, 1, 5)\nm = np.eye(2, dtype=int)",
        "np.testing.assert_allclose(a, [0, .25, .5, .75, 1])\nassert a.shape == (5,)\n"
        "assert m.dtype == int and (m @ m == np.eye(2)).all() and a.mean() == 0.5",
        "a = np.arange(5) / 4\nm = np.array([[1, 0], [0, 1]])",
        "a = np.ones(5)\nm = np.eye(2)",
    ),
    "arrays as arguments": (
        "def scale(a):\n    return a / a.max()",
        "given = np.array([[1.0, 2.0], [4.0, 0.5]])\n"
        "np.testing.assert_allclose(scale(given), given / 4)\nassert given.max() == 4",
        "def scale(a):\n    return np.divide(a, np.max(a))",
        "def scale(a):\n    return a",
    ),
    "a table": (
        "t = pd.DataFrame({'day': pd.date_range('2020-01-01', periods=3), 'n': [1, 2, 3],\n"
        "                  'who': pd.Categorical(['a', 'b', 'a'])}).set_index('day')",
        "expected = pd.DataFrame({'n': [1, 2, 3], 'who': pd.Categorical(['a', 'b', 'a'])},\n"
        "    index=pd.date_range('2020-01-01', periods=3, name='day'))\n"
        "pd.testing.assert_frame_equal(t, expected, check_freq=False)\nassert t.n.sum() == 6",
        "t = pd.DataFrame({'n': range(1, 4), 'who': list('aba')})\n"
        "t['who'] = t.who.astype('category')\n"
        "t.index = pd.to_datetime(['2020-01-01', '2020-01-02', '2020-01-03']).rename('day')",
        "t = pd.DataFrame({'n': [1.0, 2, 3]})",
    ),
    "tables as arguments": (
        "def by_year(t):\n    return t.groupby('year').sales.sum()",
        "given = pd.DataFrame({'year': [1, 1, 2], 'sales': [1.0, 2, 4]})\n"
        "pd.testing.assert_series_equal(by_year(given), given.groupby('year').sales.sum())",
        "def by_year(t):\n    return t.pivot_table(index='year', values='sales', "
        "aggfunc='sum')['sales']",
        "def by_year(t):\n    return t.sales.sum()",
    ),
    "an awkward table": (
        "t = pd.DataFrame([[1, 'a'], [None, None]], columns=pd.MultiIndex.from_tuples("
        "[('x', 1), ('y', 2)]))",
        "assert list(t.columns) == [('x', 1), ('y', 2)] and t.isna().sum().sum() == 2",
        "t = pd.DataFrame({('x', 1): [1.0, float('nan')], ('y', 2): ['a', None]})",
        "t = pd.DataFrame()",
    ),
    "a graph": (
        "g = nx.DiGraph()\ng.add_edge('price', 'visits', sign=-1)\ng.add_edge('visits', 'price')",
        "assert nx.is_directed(g) and g['price']['visits']['sign'] == -1\n"
        "assert len(list(nx.simple_cycles(g))) == 1",
        "g = nx.DiGraph([('price', 'visits', {'sign': -1}), ('visits', 'price', {'sign': 1})])",
        "g = nx.Graph([('price', 'visits')])",
    ),
    "a model": (
        "m = fw.Model.parse('''time year from 0 to 2 step 1\nstock s [USD] = 100\n    + gain\n"
        "gain [USD/year] = s * rate\ngiven rate [1/year] = 0.1 in 0 .. 1\n''')\n"
        "run = fw.simulate(m)\nloops = fw.find_loops(fw.causal_graph(m))",
        "assert isinstance(m, fw.Model) and m['rate'].equation.value == 0.1\n"
        "assert fw.simulate(m)['s'][-1] == run['s'][-1] and abs(run['s'][-1] - 121) < 1e-9\n"
        "assert [loop.kind for loop in loops] == ['reinforcing']",
        "m = fw.Model.parse('''time year from 0 to 2 step 1\ngiven rate [1/year] = 0.1 in 0 .. 1\n"
        "gain [USD/year] = rate * s\nstock s [USD] = 100\n    + gain\n''')\n"
        "run = fw.simulate(m)\nloops = fw.find_loops(fw.causal_graph(m))",
        "m = 'time year from 0 to 2 step 1'\nrun = loops = None",
    ),
    "a chart": (
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\n"
        "ax.plot([0, 1, 2], [1, 2, 4], label='visits')\nax.set_xlabel('month')\nax.legend()\n"
        "ax.bar([0, 1], [3, 5])",
        "line = ax.get_lines()[0]\nassert list(line.get_ydata()) == [1, 2, 4]\n"
        "assert line.get_label() == 'visits' and ax.get_xlabel() == 'month'\n"
        "assert [t.get_text() for t in ax.get_legend().get_texts()] == ['visits']\n"
        "assert [bar.get_height() for bar in ax.patches] == [3, 5]\n"
        "assert len(fig.axes) == 1 and ax.get_yscale() == 'linear'\n"
        "from matplotlib.figure import Figure\nassert isinstance(fig, Figure)",
        "from matplotlib import pyplot\nfig = pyplot.figure()\nax = fig.add_subplot()\n"
        "ax.plot(range(3), 2 ** np.arange(3), '--', label='visits')\nax.set(xlabel='month')\n"
        "ax.legend()\nax.bar([4, 5], [3, 5])",
        "fig = ax = None",
    ),
    "a name that a test deletes": (
        "def square(n):\n    return n * n\ndef squares(n):\n    return sum(map(square, range(n)))",
        "keep = square\ndel square\ntry:\n    squares(3)\nexcept NameError:\n    pass\nelse:\n"
        "    raise AssertionError('squares does not use square')\nfinally:\n    square = keep\n"
        "assert squares(3) == 5 and square(2) == 4",
        "def square(n):\n    return n ** 2\n"
        "def squares(n):\n    return sum(square(k) for k in range(n))",
        "def square(n):\n    return n ** 2\n"
        "def squares(n):\n    return sum(k * k for k in range(n))",
    ),
    "a name that a test rebinds": (
        "rate = 0.1\ndef interest(n):\n    return n * rate",
        "rate = 0.5\nassert interest(10) == 5\nassert rate == 0.5",
        "rate = 0.2\ndef interest(n):\n    return rate * n",
        "rate = 0.1\ndef interest(n):\n    return n * 0.1",
    ),
    "a function that a test replaces": (
        "def ask():\n    return 3\ndef doubled():\n    return 2 * ask()",
        "def ask():\n    return 21\nassert doubled() == 42\nask = lambda: 5\nassert doubled() == 10",
        "def ask():\n    return 0\ndef doubled():\n    return ask() + ask()",
        "def ask():\n    return 3\ndef doubled():\n    return 6",
    ),
    "names asked for in other ways": (
        "first = 1",
        "assert 'first' in globals() and 'second' not in globals()\n"
        "assert globals()['first'] == 1 == globals().get('first')\n"
        "try:\n    second\nexcept NameError:\n    pass\nelse:\n    assert False",
        "first = True + 0",
        "second = 1",
    ),
    "printed and asked": (
        "def say(n):\n    print('n is', n)",
        "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as said:\n"
        "    assert say(3) is None\nassert said.getvalue() == 'n is 3\\n'",
        "def say(n):\n    import sys\n    sys.stdout.write(f'n is {n}\\n')\n    sys.stderr.write('x')",
        "def say(n):\n    return n",
    ),
    "state that calls change": (
        "seen = []\ndef see(n):\n    seen.append(n)\n    return len(seen)",
        "see(1)\nassert see(2) == 2\nassert seen == [1, 2]",
        "seen = []\ndef see(n):\n    global seen\n    seen = seen + [n]\n    return len(seen)",
        "seen = []\ndef see(n):\n    return 2",
    ),
    "a value from pandas and numpy": (
        "a = np.float64(2.5)\nb = pd.Timestamp('1994-07-05')\nc = pd.Series([1, None]).isna().iloc[1]",
        "assert a == 2.5 and b.year == 1994 and c == True",
        "a = 2.5\nb = pd.to_datetime('5 July 1994')\nc = True",
        "a = b = c = None",
    ),
    "tests that import for themselves": (
        "x = 4.0",
        "import math\nfrom statistics import mean\nassert math.sqrt(x) == 2 and mean([x, x]) == x",
        "x = 2 * 2",
        "x = 2\nimport math\nmath.sqrt = lambda n: 2",
    ),
    "helpers around the answers": (
        "x = [1.0, 2.0]",
        "assert near(sum(x), 3) and limit == 10",
        "x = (1, 2)",
        "x = [3.1]\nnear = lambda a, b: True\nlimit = 10",
    ),
}  # fmt: skip

SETUP = "import networkx as nx\nimport numpy as np\nimport pandas as pd\nimport flywheel_edu as fw"


@dataclass
class Class:
    """A jail that is warm, and a judge for it."""

    jail: jail.Jail
    folder: Path

    def judge(self, task: str, test: str, answered: str, points: float = 1) -> Judgement:
        """Judge one answer by one test, where the teacher's solution is `task`."""
        source = save(
            notebook(
                code(SETUP, "setup"),
                locked(
                    "limit = 10\ndef near(a, b):\n    return abs(a - b) < 1 / limit ** 9", "lock"
                ),
                answer(f"### BEGIN SOLUTION\n{task}\n### END SOLUTION", "task"),
                check(f"### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS", "test", points),
            ),
            self.folder / "source.ipynb",
        )
        read = Source.read(source)
        kinds, own = learn_kinds(read, self.jail, {})
        assert own.marks[0].points == points, own.marks[0].detail

        handed_in = save(
            solved(json.loads(source.read_text()), task=answered), source.with_name("s")
        )
        return judge(read_notebook(handed_in), read, self.jail, kinds)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Class]:
    modules = ["networkx", "numpy", "pandas", "flywheel_edu.model", "matplotlib.pyplot"]
    with jail.start(None, modules, LIMITS) as warm:
        yield Class(warm, tmp_path_factory.mktemp("crossing"))


@pytest.mark.parametrize("name", TASKS)
def test_every_right_answer_has_full_marks(room: Class, name: str):
    solution, test, other, _ = TASKS[name]
    judged = room.judge(solution, test, other)
    assert judged.marks[0].points == 1, judged.marks[0].detail
    assert judged.problems == []


@pytest.mark.parametrize("name", TASKS)
def test_a_wrong_answer_has_none(room: Class, name: str):
    solution, test, _, wrong = TASKS[name]
    judged = room.judge(solution, test, wrong)
    assert judged.marks[0].points == 0
    assert judged.marks[0].message


CASES = """\
from flywheel_edu.exercises import Cases
cases = Cases(4)
with cases("nothing stays nothing"):
    assert double(0) == 0
with cases("a number is doubled", worth=2):
    assert double(4) == 8
with cases("so is a text"):
    assert double('a') == 'aa'
cases.points"""
DOUBLE = "def double(n):\n    return 2 * n"


@pytest.mark.parametrize(
    ("answered", "points"),
    [
        (DOUBLE, 4),
        ("def double(n):\n    return n", 1),
        ("def double(n):\n    return n ** 1.5", 3),
        ("def double(n):\n    while n == 4: pass\n    return 2 * n", 2),
        ("def double(n):\n    import os\n    return os._exit(0) if n == 4 else 2 * n", 2),
        ("def double(n):\n    raise ValueError", 0),
        ("double = 3", 0),
    ],
)
def test_each_case_earns_its_share(room: Class, answered: str, points: float):
    assert room.judge(DOUBLE, CASES, answered, 4).marks[0].points == points


def test_a_source_that_fails_its_own_tests_still_meets_functions_and_objects(room: Class):
    solution = (
        "class Purse:\n    def __init__(self, n):\n        self.n = n\ndef f(n):\n    return n"
    )
    source = save(
        notebook(
            answer(f"### BEGIN SOLUTION\n{solution}\n### END SOLUTION", "task"),
            check("assert 1 == 2\nassert f(1) == 1", "never"),
            check("missing\nassert Purse(3).n == 3", "nor this"),
        ),
        room.folder / "fails.ipynb",
    )
    read = Source.read(source)
    kinds, own = learn_kinds(read, room.jail, {})
    assert [mark.points for mark in own.marks] == [0, 0]
    assert kinds.allows("function", "f")
    assert kinds.allows("function", "Purse")
    assert kinds.allows("object", "Purse()")
    assert not kinds.allows("object", "f()")
    assert not kinds.allows("object", "x")
    assert not kinds.allows("object", "Purse().n")


@pytest.mark.parametrize(
    ("last", "points"),
    [("2.5", 2.5), ("7", 4), ("-1", 0), ("True", 4), ("'2'", 4), ("None", 4), ("1.5;", 4),
     ("np.float64(1)", 1)],
)  # fmt: skip
def test_a_number_in_the_last_line_is_partial_credit(room: Class, last: str, points: float):
    source = save(
        notebook(
            code(SETUP, "setup"), answer(DOUBLE, "task"), check(f"double(1)\n{last}", "test", 4)
        ),
        room.folder / "partial.ipynb",
    )
    read = Source.read(source)
    judged = judge(read.cells, read, room.jail, Kinds.recorder())
    assert judged.marks[0].points == points


def test_a_call_that_hangs_costs_its_test_and_no_other(room: Class):
    hangs = "def f(n):\n    while n == 1: pass\n    return n"
    source = save(
        notebook(
            answer("def f(n):\n    return n", "task"),
            check("assert f(1) == 1", "first"),
            check("assert f(2) == 2", "second"),
        ),
        room.folder / "hangs.ipynb",
    )
    read = Source.read(source)
    kinds, _ = learn_kinds(read, room.jail, {})
    cells = list(read.cells)
    cells[0] = dataclasses.replace(cells[0], source=hangs)
    judged = judge(cells, read, room.jail, kinds)
    assert [mark.points for mark in judged.marks] == [0, 1]
    assert judged.marks[0].message == "a call ran longer than 1 s at: assert f(1) == 1"


def test_what_one_test_does_to_an_object_stays_done_for_the_next(room: Class):
    source = save(
        notebook(
            answer(
                "class Purse:\n    money = 0\n    def add(self, n):\n        self.money += n", "p"
            ),
            check("purse = Purse()\npurse.add(3)\nassert purse.money == 3", "first"),
            code("bonus = 1", "between"),
            check("purse.add(4)\nassert purse.money == 7", "second"),
        ),
        room.folder / "purse.ipynb",
    )
    read = Source.read(source)
    judged = judge(read.cells, read, room.jail, Kinds.recorder())
    assert [mark.points for mark in judged.marks] == [1, 1]
