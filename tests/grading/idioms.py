# ruff: noqa: E501  an answer is as long as it is
"""Teachers' idioms: a solution, a test, another right answer and a wrong one.

nbgrader gives every right answer here its point, and no wrong one: `test_idioms` asks a kernel's
own shell, as nbgrader does, before it asks the grader.
"""

from __future__ import annotations

IDIOMS: dict[str, tuple[str, str, str, str]] = {
    # ---- arguments
    "a list changed in place": (
        "def put_last(row, n):\n    row.append(n)",
        "xs = [3, 1]\nput_last(xs, 9)\nassert xs == [3, 1, 9]",
        "def put_last(row, n):\n    row += [n]",
        "def put_last(row, n):\n    row = row + [n]",
    ),
    "a list that is to stay": (
        "def middle(row):\n    return sorted(row)[len(row) // 2]",
        "xs = [3, 1, 2]\nassert middle(xs) == 2\nassert xs == [3, 1, 2]",
        "def middle(row):\n    row = list(row)\n    row.sort()\n    return row[len(row) // 2]",
        "def middle(row):\n    row.sort()\n    return row[len(row) // 2]",
    ),
    "a list that may change": (
        "def middle(row):\n    return sorted(row)[len(row) // 2]",
        "xs = [3, 1, 2]\nassert middle(xs) == sorted(xs)[1]",
        "def middle(row):\n    row.sort()\n    return row[len(row) // 2]",
        "def middle(row):\n    return row[len(row) // 2 - 1]",
    ),
    "a dictionary changed in place": (
        "def count(words, seen):\n    for w in words:\n        seen[w] = seen.get(w, 0) + 1",
        "seen = {'a': 1}\ncount(['a', 'b'], seen=seen)\nassert seen == {'a': 2, 'b': 1}",
        "def count(words, seen):\n    for w in words:\n        seen.setdefault(w, 0)\n        seen[w] += 1",
        "def count(words, seen):\n    return {w: 1 for w in words}",
    ),
    "an inner list changed in place": (
        "def mark(board, row):\n    board[row][0] = 'x'",
        "top = ['.', '.']\nboard = [top, ['.', '.']]\nmark(board, 0)\nassert top == ['x', '.'] and board[0] is top",
        "def mark(board, row):\n    line = board[row]\n    line[0] = 'x'",
        "def mark(board, row):\n    board[1 - row][0] = 'x'",
    ),
    "an array changed in place": (
        "def double(a):\n    a *= 2",
        "given = np.array([1.0, 2.0])\ndouble(given)\nnp.testing.assert_array_equal(given, [2, 4])",
        "def double(a):\n    a[:] = a + a",
        "def double(a):\n    a = a * 2",
    ),
    "a table changed in place": (
        "def add_total(t):\n    t['total'] = t.a + t.b",
        "t = pd.DataFrame({'a': [1, 2], 'b': [3, 4]})\nadd_total(t)\nassert list(t.total) == [4, 6]",
        "def add_total(t):\n    t.insert(2, 'total', t.sum(axis=1))",
        "def add_total(t):\n    t = t.assign(total=t.a + t.b)",
    ),
    "a set changed in place": (
        "def forget(s):\n    s.discard(2)",
        "s = {1, 2}\nforget(s)\nassert s == {1}",
        "def forget(s):\n    s -= {2}",
        "def forget(s):\n    s = s - {2}",
    ),
    "the very list that was given": (
        "def sort(row):\n    row.sort()\n    return row",
        "xs = [2, 1]\nassert sort(xs) is xs and xs == [1, 2]",
        "def sort(row):\n    row[:] = sorted(row)\n    return row",
        "def sort(row):\n    return sorted(row)",
    ),
    "a list changed before an error": (
        "def take(row):\n    row.pop()\n    raise LookupError('none left')",
        "xs = [1, 2]\ntry:\n    take(xs)\nexcept LookupError:\n    pass\nassert xs == [1]",
        "def take(row):\n    del row[-1]\n    raise KeyError('none left')",
        "def take(row):\n    raise LookupError('none left')",
    ),
    # ---- chance
    "a seed before the call": (
        "import random\ndef roll():\n    return random.randint(1, 6)",
        "import random\nrandom.seed(4)\nwanted = random.Random(4).randint(1, 6)\nassert roll() == wanted",
        "from random import randint\ndef roll():\n    return randint(1, 6)",
        "def roll():\n    return 7",
    ),
    "numpy's seed before the call": (
        "def draw(n):\n    return np.random.normal(size=n)",
        "np.random.seed(1)\nassert np.allclose(draw(3), np.random.RandomState(1).normal(size=3))",
        "def draw(n):\n    return np.random.randn(n)",
        "def draw(n):\n    return np.zeros(n)",
    ),
    "the same seed twice": (
        "import random\ndef walk():\n    return [random.random() for _ in range(3)]",
        "import random\nrandom.seed(2)\none = walk()\nrandom.seed(2)\nassert walk() == one\nassert walk() != one",
        "import random\ndef walk():\n    steps = []\n    while len(steps) < 3:\n        steps.append(random.random())\n    return steps",
        "def walk():\n    return [1, 2, 3]",
    ),
    "a generator of random numbers given": (
        "def draw(rng):\n    return rng.normal()",
        "assert draw(np.random.default_rng(3)) == np.random.default_rng(3).normal()",
        "def draw(rng):\n    return float(rng.normal(size=1)[0])",
        "def draw(rng):\n    return 0.5",
    ),
    # ---- things put in the place of others
    "a patched function of a module": (
        "import random\ndef roll():\n    return random.randint(1, 6) + random.randint(1, 6)",
        "from unittest import mock\nwith mock.patch('random.randint', return_value=3) as fake:\n    assert roll() == 6\nfake.assert_called_with(1, 6)\nassert fake.call_count == 2",
        "import random\ndef roll():\n    return sum(random.randint(1, 6) for _ in 'ab')",
        "import random\ndef roll():\n    return random.randint(1, 12)",
    ),
    "a patch around a function of the test's": (
        "import time\ndef wait(n):\n    time.sleep(n)\n    return n",
        "import unittest.mock\n@unittest.mock.patch('time.sleep')\ndef check(fake):\n    assert wait(100) == 100\n    fake.assert_called_once_with(100)\ncheck()",
        "import time\ndef wait(n):\n    still = time.sleep\n    still(n)\n    return n",
        "def wait(n):\n    return n",
    ),
    "input replaced": (
        "def ask():\n    return int(input('how many? '))",
        "import builtins\nbuiltins.input = lambda _: '5'\nassert ask() == 5",
        "def ask():\n    text = input('?')\n    return int(text)",
        "def ask():\n    return 6",
    ),
    "answers one after another": (
        "def ask():\n    while True:\n        n = int(input('?'))\n        if n > 0:\n            return n",
        "from unittest.mock import patch\nwith patch('builtins.input', side_effect=['-1', '0', '7']):\n    assert ask() == 7",
        "def ask():\n    n = 0\n    while n <= 0:\n        n = int(input('n '))\n    return n",
        "def ask():\n    return int(input('?'))",
    ),
    "print replaced": (
        "def greet(who):\n    print('Hello', who)",
        "from unittest.mock import patch\nwith patch('builtins.print') as fake:\n    greet('Ada')\nfake.assert_called_once_with('Hello', 'Ada')",
        "def greet(who):\n    print(*('Hello', who))",
        "def greet(who):\n    return 'Hello ' + who",
    ),
    "what is typed": (
        "def ask():\n    return input()",
        "import io\nfrom unittest.mock import patch\nwith patch('sys.stdin', io.StringIO('two\\n')):\n    assert ask() == 'two'",
        "import sys\ndef ask():\n    return sys.stdin.readline().strip()",
        "def ask():\n    return 'three'",
    ),
    "a function of the notebook's patched": (
        "def price():\n    return 3\ndef bill(n):\n    return n * price()",
        "from unittest.mock import patch\nwith patch('__main__.price', return_value=10):\n    assert bill(2) == 20\nassert bill(2) == 6",
        "def price():\n    return 3\ndef bill(n):\n    return price() * n",
        "def price():\n    return 3\ndef bill(n):\n    return n * 3",
    ),
    "a helper that fails twice": (
        "def again(ask):\n    while True:\n        try:\n            return ask()\n        except ConnectionError:\n            pass",
        "tries = []\ndef flaky():\n    tries.append(1)\n    if len(tries) < 3:\n        raise ConnectionError('down')\n    return 'up'\nassert again(flaky) == 'up' and len(tries) == 3",
        "def again(ask):\n    try:\n        return ask()\n    except OSError:\n        return again(ask)",
        "def again(ask):\n    try:\n        return ask()\n    except ConnectionError:\n        return None",
    ),
    # ---- files
    "a file that the test writes": (
        "def lines(name):\n    return len(open(name).read().split('\\n'))",
        "with open('t_in.txt', 'w') as f:\n    f.write('a\\nb')\nassert lines('t_in.txt') == 2",
        "from pathlib import Path\ndef lines(name):\n    return len(Path(name).read_text().splitlines())",
        "def lines(name):\n    return 1",
    ),
    "a file that a function writes": (
        "def save(t):\n    t.to_csv('out.csv', index=False)",
        "save(pd.DataFrame({'n': [1, 2]}))\nassert list(pd.read_csv('out.csv').n) == [1, 2]",
        "def save(t):\n    with open('out.csv', 'w') as f:\n        f.write('n\\n' + '\\n'.join(map(str, t.n)))",
        "def save(t):\n    t.to_csv('other.csv')",
    ),
    "a file that a cell writes": (
        "with open('note.txt', 'w') as f:\n    f.write('paid')",
        "import os\nassert os.path.exists('note.txt')\nwith open('note.txt') as f:\n    assert f.read() == 'paid'",
        "from pathlib import Path\nPath('note.txt').write_text('paid')",
        "with open('note.txt', 'w') as f:\n    f.write('owed')",
    ),
    "a path given and given back": (
        "from pathlib import Path\ndef beside(p):\n    return p.with_suffix('.csv')",
        "from pathlib import Path\nassert beside(Path('a.txt')) == Path('a.csv')",
        "from pathlib import Path\ndef beside(p):\n    return Path(str(p)[:-4] + '.csv')",
        "def beside(p):\n    return 'a.csv'",
    ),
    # ---- charts
    "the chart drawn last": (
        "import matplotlib.pyplot as plt\ndef show():\n    plt.plot([1, 2])\n    plt.plot([2, 3])\nshow()",
        "import matplotlib.pyplot as plt\nshow()\nassert len(plt.gca().lines) == 2\nplt.close('all')",
        "import matplotlib.pyplot as plt\ndef show():\n    _, ax = plt.subplots()\n    ax.plot([1, 2])\n    ax.plot([2, 3])\nshow()",
        "import matplotlib.pyplot as plt\ndef show():\n    plt.plot([1, 2])\nshow()",
    ),
    "the figure drawn last": (
        "import matplotlib.pyplot as plt\ndef show():\n    plt.bar(['a', 'b'], [3, 4])\n    plt.title('Two')",
        "import matplotlib.pyplot as plt\nplt.close('all')\nshow()\nax = plt.gcf().axes[0]\nassert ax.get_title() == 'Two' and [b.get_height() for b in ax.patches] == [3, 4]",
        "import matplotlib.pyplot as plt\ndef show():\n    fig, ax = plt.subplots()\n    ax.bar([0, 1], [3, 4])\n    ax.set_title('Two')",
        "def show():\n    pass",
    ),
    "a figure given back": (
        "import matplotlib.pyplot as plt\ndef draw():\n    fig, ax = plt.subplots()\n    ax.plot([1, 2])\n    return fig",
        "from matplotlib.figure import Figure\nfig = draw()\nassert isinstance(fig, Figure) and len(fig.axes[0].lines) == 1",
        "import matplotlib.pyplot as plt\ndef draw():\n    plt.figure()\n    plt.plot([1, 2])\n    return plt.gcf()",
        "def draw():\n    return 'a chart'",
    ),
    # ---- what Python knows of a function or a class
    "a generator": (
        "def numbers():\n    yield 1\n    yield 2",
        "from types import GeneratorType\ng = numbers()\nassert isinstance(g, GeneratorType) and list(g) == [1, 2]",
        "def numbers():\n    yield from (1, 2)",
        "def numbers():\n    return [1, 2]",
    ),
    "a generator function": (
        "def numbers():\n    yield 1",
        "import inspect\nassert inspect.isgeneratorfunction(numbers) and next(numbers()) == 1",
        "def numbers():\n    n = 1\n    yield n",
        "def numbers():\n    return iter([1])",
    ),
    "a dataclass": (
        "from dataclasses import dataclass\n@dataclass\nclass Order:\n    n: int\n    price: float = 2.0",
        "from dataclasses import is_dataclass, fields, asdict\nassert is_dataclass(Order)\nassert [f.name for f in fields(Order)] == ['n', 'price']\nassert asdict(Order(3)) == {'n': 3, 'price': 2.0}",
        "import dataclasses\n@dataclasses.dataclass(frozen=True)\nclass Order:\n    n: int\n    price: float = 2.0",
        "class Order:\n    def __init__(self, n, price=2.0):\n        self.n, self.price = n, price",
    ),
    "what a class defines": (
        "class Order:\n    def total(self):\n        return 3",
        "assert 'total' in Order.__dict__ and 'total' in vars(Order)",
        "class Order:\n    total = lambda self: 3",
        "class Base:\n    def total(self):\n        return 3\nclass Order(Base):\n    pass",
    ),
    "what an object holds": (
        "class Order:\n    def __init__(self, n):\n        self.n = n",
        "assert vars(Order(3)) == {'n': 3} and Order(3).__dict__['n'] == 3",
        "class Order:\n    def __init__(self, k):\n        vars(self)['n'] = k",
        "class Order:\n    def __init__(self, n):\n        self.m = n",
    ),
    "the text of a function": (
        "def total(row):\n    return sum(row)",
        "import inspect\nassert 'for' not in inspect.getsource(total) and total([1, 2]) == 3",
        "def total(row):\n    first, *rest = row\n    return first + (total(rest) if rest else 0)",
        "def total(row):\n    t = 0\n    for n in row:\n        t += n\n    return t",
    ),
    "the parameters of a function": (
        "def grow(start, rate=0.1):\n    return start * (1 + rate)",
        "import inspect\nfound = inspect.signature(grow).parameters\nassert list(found) == ['start', 'rate'] and found['rate'].default == 0.1",
        "def grow(start, rate=0.1):\n    return start + start * rate",
        "def grow(start, r=0.1):\n    return start * (1 + r)",
    ),
    "annotations and code": (
        "def double(n: int) -> int:\n    return 2 * n",
        "assert double.__annotations__ == {'n': int, 'return': int}\nassert double.__code__.co_argcount == 1",
        "def double(n: int) -> int:\n    return n + n",
        "def double(n):\n    return 2 * n",
    ),
    "the class's own name": (
        "class Order:\n    pass\norder = Order()",
        "assert type(order).__name__ == 'Order' and isinstance(order, Order)",
        "class Order:\n    n = 1\norder = Order()",
        "class Orders:\n    pass\nOrder = Orders\norder = Order()",
    ),
    "the shell's own names": (
        "x = 3",
        "assert get_ipython().user_ns['x'] == 3",
        "x = 1 + 2",
        "y = 3",
    ),
    # ---- errors
    "pytest.raises": (
        "def root(n):\n    if n < 0:\n        raise ValueError('below zero')\n    return n ** 0.5",
        "import pytest\nwith pytest.raises(ValueError, match='below'):\n    root(-1)\nassert root(4) == pytest.approx(2)",
        "import math\ndef root(n):\n    if n < 0: raise ValueError('it is below 0')\n    return math.sqrt(n)",
        "def root(n):\n    return n ** 0.5",
    ),
    "unittest's own": (
        "def half(n):\n    if n % 2:\n        raise ValueError(n)\n    return n // 2",
        "import unittest\nt = unittest.TestCase()\nt.assertEqual(half(4), 2)\nt.assertRaises(ValueError, half, 3)\nt.assertAlmostEqual(half(2), 1.0)",
        "def half(n):\n    q, r = divmod(n, 2)\n    if r: raise ValueError\n    return q",
        "def half(n):\n    return n / 2",
    ),
    "an error of another class of that name": (
        "def root(n):\n    raise ValueError(n)",
        "try:\n    root(1)\nexcept ValueError:\n    pass",
        "def root(n):\n    int('x')",
        "own = type('ValueError', (Exception,), {})\ndef root(n):\n    raise own(n)",
    ),
    "an error of a library's": (
        "def solve(a, b):\n    return np.linalg.solve(a, b)",
        "try:\n    solve(np.zeros((2, 2)), np.ones(2))\nexcept np.linalg.LinAlgError:\n    pass\nelse:\n    assert False",
        "def solve(a, b):\n    return np.linalg.inv(a) @ b",
        "def solve(a, b):\n    raise ValueError('singular')",
    ),
    "an error with things of its own": (
        "class Short(Exception):\n    def __init__(self, by):\n        super().__init__(f'short by {by}')\n        self.by = by\ndef pay(n):\n    raise Short(n)",
        "try:\n    pay(3)\nexcept Short as problem:\n    assert str(problem) == 'short by 3'\nelse:\n    assert False",
        "class Short(ValueError):\n    pass\ndef pay(n):\n    raise Short(f'short by {n}')",
        "class Short(Exception):\n    pass\ndef pay(n):\n    raise Short(n)",
    ),
    "an iteration that is ended from within": (
        "def even(n):\n    return n % 2 == 0",
        "assert all(map(even, [2, 4, 6]))",
        "def even(n):\n    return not n & 1",
        "def even(n):\n    assert n % 4 == 0\n    return True",
    ),
    # ---- values
    "a decimal number": (
        "price = 0.25",
        "import math\nassert math.isclose(price, 0.25) and round(price, 2) == 0.25 and price * 4 == 1",
        "from decimal import Decimal\nprice = Decimal('0.25')",
        "from decimal import Decimal\nprice = Decimal('0.2')",
    ),
    "an array of one": (
        "root = 2 ** 0.5",
        "assert abs(root - 1.41421356) < 1e-6 and round(float(np.squeeze(root)), 3) == 1.414",
        "root = np.array([2.0]) ** 0.5",
        "root = np.array([2.0])",
    ),
    "a queue": (
        "from collections import deque\nq = deque([1, 2, 3], maxlen=3)\nq.append(4)",
        "from collections import deque\nassert q == deque([2, 3, 4]) and q.maxlen == 3 and q[0] == 2",
        "import collections\nq = collections.deque(range(5), 3)",
        "q = [2, 3, 4]",
    ),
    "a queue for a list": (
        "row = [1, 2, 3]",
        "assert list(row) == [1, 2, 3] and len(row) == 3 and row[-1] == 3",
        "from collections import deque\nrow = deque([1, 2, 3])",
        "from collections import deque\nrow = deque([1, 2])",
    ),
    "a dictionary that fills itself": (
        "from collections import defaultdict\nd = defaultdict(list)\nd['a'].append(1)",
        "assert d['a'] == [1] and d['b'] == []",
        "from collections import defaultdict\nd = defaultdict(list, a=[1])",
        "d = {'a': [1]}",
    ),
    "a truth from an array": (
        "def rising(a):\n    return bool((np.diff(a) > 0).all())",
        "assert rising([1, 2, 3]) and not rising([2, 1])\nassert rising([1, 2]) == True",
        "def rising(a):\n    return np.all(np.diff(a) > 0)",
        "def rising(a):\n    return True",
    ),
    "a class of Python's own": (
        "def kind(x):\n    return type(x)",
        "assert kind(3) is int and kind('a') == str",
        "def kind(x):\n    return x.__class__",
        "def kind(x):\n    return type(x).__name__",
    ),
    # ---- classes
    "a context": (
        "class Till:\n    def __enter__(self):\n        self.open = True\n        return self\n    def __exit__(self, *_):\n        self.open = False",
        "with Till() as till:\n    assert till.open\nassert not till.open",
        "class Till:\n    open = False\n    def __enter__(self):\n        self.open = True\n        return self\n    def __exit__(self, a, b, c):\n        self.open = False",
        "class Till:\n    open = True\n    def __enter__(self):\n        return self\n    def __exit__(self, *_):\n        pass",
    ),
    "a decorator": (
        "def twice(f):\n    def both(*a):\n        f(*a)\n        return f(*a)\n    return both",
        "seen = []\n@twice\ndef say(n):\n    seen.append(n)\n    return n\nassert say(3) == 3 and seen == [3, 3]",
        "import functools\ndef twice(f):\n    @functools.wraps(f)\n    def both(*a, **k):\n        return [f(*a, **k), f(*a, **k)][1]\n    return both",
        "def twice(f):\n    return f",
    ),
    "objects sorted": (
        "class Order:\n    def __init__(self, n):\n        self.n = n\n    def __lt__(self, other):\n        return self.n < other.n",
        "assert [o.n for o in sorted([Order(3), Order(1)])] == [1, 3]",
        "import functools\n@functools.total_ordering\nclass Order:\n    def __init__(self, n):\n        self.n = n\n    def __eq__(self, o):\n        return self.n == o.n\n    def __lt__(self, o):\n        return o.n > self.n",
        "class Order:\n    def __init__(self, n):\n        self.n = n\n    def __lt__(self, other):\n        return self.n > other.n",
    ),
    "methods of a class": (
        "class Shop:\n    count = 0\n    @classmethod\n    def open(cls):\n        cls.count += 1\n        return cls()\n    @staticmethod\n    def tax(n):\n        return n / 5\n    @property\n    def size(self):\n        return self.count",
        "shop = Shop.open()\nassert Shop.count == 1 and Shop.tax(10) == 2 and shop.size == 1\ntry:\n    shop.size = 3\nexcept AttributeError:\n    pass\nelse:\n    assert False",
        "class Shop:\n    count = 0\n    def open():\n        Shop.count = Shop.count + 1\n        return Shop()\n    def tax(n):\n        return n * 0.2\n    size = property(lambda self: self.count)",
        "class Shop:\n    count = 0\n    size = 1\n    def open():\n        Shop.count += 1\n        return Shop()\n    def tax(n):\n        return n / 5",
    ),
    "a class below another": (
        "class Base:\n    def name(self):\n        return 'base'\nclass Shop(Base):\n    pass",
        "assert issubclass(Shop, Base) and isinstance(Shop(), Base) and Shop().name() == 'base'",
        "class Base:\n    name = lambda self: 'base'\nclass Middle(Base): ...\nclass Shop(Middle): ...",
        "class Base:\n    pass\nclass Shop:\n    def name(self):\n        return 'base'",
    ),
    "an error to be caught that is given": (
        "def safely(ask, error):\n    try:\n        return ask()\n    except error as problem:\n        return str(problem)",
        "def broken():\n    raise ZeroDivisionError('by nothing')\nassert safely(broken, ZeroDivisionError) == 'by nothing'\nassert safely(lambda: 3, ValueError) == 3",
        "def safely(ask, error):\n    try:\n        found = ask()\n    except error as e:\n        found = f'{e}'\n    return found",
        "def safely(ask, error):\n    return ask()",
    ),
    "a context that swallows an error": (
        "class Quiet:\n    def __enter__(self):\n        return self\n    def __exit__(self, kind, problem, trace):\n        self.said = str(problem)\n        return kind is KeyError",
        "with Quiet() as quiet:\n    raise KeyError('x')\nassert quiet.said == \"'x'\"\ntry:\n    with Quiet():\n        raise ValueError\nexcept ValueError:\n    pass\nelse:\n    assert False",
        "class Quiet:\n    said = ''\n    def __enter__(self):\n        return self\n    def __exit__(self, kind, problem, trace):\n        self.said = f'{problem}'\n        return issubclass(kind, KeyError)",
        "class Quiet:\n    def __enter__(self):\n        return self\n    def __exit__(self, *_):\n        return True",
    ),
    # ---- what only IPython knows
    "a timed cell": (
        "def two(n):\n    return 2 * n",
        "%%time\nassert two(2) == 4",
        "def two(n):\n    return n + n",
        "def two(n):\n    return n",
    ),
    "a timed line": (
        "def two(n):\n    return 2 * n",
        "%time assert two(2) == 4",
        "def two(n):\n    return n + n",
        "def two(n):\n    return n",
    ),
}  # fmt: skip
