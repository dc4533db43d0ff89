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
    # ---- what is said beside the answer, and what is asked in parts
    "a warning caught": (
        "import warnings\ndef rate(x):\n    if x > 1:\n        warnings.warn('a rate above 1', UserWarning)\n    return min(x, 1)",
        "import warnings\nwith warnings.catch_warnings(record=True) as caught:\n    warnings.simplefilter('always')\n    assert rate(3) == 1\nassert len(caught) == 1\nassert issubclass(caught[0].category, UserWarning)\nassert 'above' in str(caught[0].message)",
        "import warnings\ndef rate(x):\n    if x > 1:\n        warnings.warn(f'{x} is above one')\n        return 1\n    return x",
        'def rate(x):\n    return min(x, 1)',
    ),
    "a warning that is an error": (
        'def safe_mean(xs):\n    return float(np.mean(xs)) if len(xs) else 0.0',
        "import warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('error')\n    assert safe_mean([]) == 0\nassert safe_mean([1, 3]) == 2",
        'def safe_mean(xs):\n    if not len(xs): return 0\n    return sum(xs)/len(xs)',
        'def safe_mean(xs):\n    m = np.mean(xs)\n    return 0 if np.isnan(m) else m',
    ),
    "pytest.warns": (
        "import warnings\ndef old(x):\n    warnings.warn('use new', DeprecationWarning, stacklevel=2)\n    return x",
        "import pytest\nwith pytest.warns(DeprecationWarning, match='use'):\n    assert old(3) == 3",
        "import warnings\ndef old(x):\n    warnings.warn('please use new(x)', DeprecationWarning)\n    return x",
        'def old(x):\n    return x',
    ),
    "what is complained": (
        "import sys\ndef complain(x):\n    print('bad', x, file=sys.stderr)",
        "import io, contextlib\nb = io.StringIO()\nwith contextlib.redirect_stderr(b):\n    complain(3)\nassert b.getvalue().strip() == 'bad 3'",
        "import sys\ndef complain(x):\n    sys.stderr.write(f'bad {x}\\n')",
        "def complain(x):\n    print('bad', x)",
    ),
    "an error that carries more": (
        "class ShopError(Exception):\n    def __init__(self, code):\n        super().__init__(f'error {code}')\n        self.code = code\ndef buy(n):\n    if n < 1: raise ShopError(7)",
        "import pytest\nwith pytest.raises(ShopError) as e:\n    buy(0)\nassert e.value.code == 7\nassert issubclass(ShopError, Exception)\ntry:\n    buy(-1)\nexcept ShopError as err:\n    assert str(err) == 'error 7' and err.code == 7",
        "class ShopError(RuntimeError):\n    code = 7\n    def __str__(self): return 'error 7'\ndef buy(n):\n    if n <= 0: raise ShopError()",
        'class ShopError(Exception): pass\ndef buy(n): raise ValueError',
    ),
    "the cause of an error": (
        "def load_number(s):\n    try:\n        return int(s)\n    except ValueError as e:\n        raise RuntimeError('bad') from e",
        "try:\n    load_number('x')\nexcept RuntimeError as e:\n    assert isinstance(e.__cause__, ValueError)\nelse:\n    assert 0\nassert load_number('4') == 4",
        "def load_number(s):\n    try:\n        v = int(s)\n    except ValueError as e:\n        raise RuntimeError('not a number: ' + s) from e\n    return v",
        "def load_number(s):\n    try:\n        return int(s)\n    except ValueError:\n        raise RuntimeError('bad') from None",
    ),
    "an object that gives itself back": (
        'class Line:\n    def fit(self, x, y):\n        self.slope_, self.icpt_ = np.polyfit(x, y, 1)\n        return self\n    def predict(self, x):\n        return self.slope_ * np.asarray(x) + self.icpt_',
        "m = Line().fit([0, 1, 2], [1, 3, 5])\nassert abs(m.slope_ - 2) < 1e-9 and np.allclose(m.predict([3]), 7)\nassert hasattr(m, 'icpt_')\nassert isinstance(m, Line) and m.fit([0,1],[0,1]) is m",
        'class Line:\n    def fit(self, x, y):\n        x, y = np.array(x), np.array(y)\n        self.slope_ = ((x-x.mean())*(y-y.mean())).sum()/((x-x.mean())**2).sum()\n        self.icpt_ = y.mean() - self.slope_*x.mean()\n        return self\n    def predict(self, x):\n        return np.array([self.slope_*v + self.icpt_ for v in x])',
        'class Line:\n    def fit(self, x, y): return self\n    def predict(self, x): return x',
    ),
    "a part of an object": (
        'import math\nclass V:\n    def __init__(self, *c): self.c = tuple(c)\n    def __matmul__(self, o): return sum(a*b for a, b in zip(self.c, o.c))\n    def __rmul__(self, k): return V(*(k*a for a in self.c))\n    def __neg__(self): return V(*(-a for a in self.c))\n    def __abs__(self): return math.hypot(*self.c)\n    def __eq__(self, o): return self.c == o.c\n    def __getitem__(self, i): return self.c[i]\n    def __iter__(self): return iter(self.c)',
        'v = V(3, 4)\nassert v @ v == 25 and abs(v) == 5 and 2 * v == V(6, 8) and -v == V(-3, -4)\na, b = v\nassert (a, b) == (3, 4) and v[-1] == 4 and v[0:1] == (3,)',
        'class V(tuple):\n    def __new__(cls, *c): return tuple.__new__(cls, c)\n    def __matmul__(self, o): return sum(a*b for a, b in zip(self, o))\n    def __rmul__(self, k): return V(*[k*a for a in self])\n    def __neg__(self): return V(*[-a for a in self])\n    def __abs__(self): return (self @ self) ** 0.5',
        'class V(tuple):\n    def __new__(cls, *c): return tuple.__new__(cls, c)',
    ),
    "values made one by one": (
        'def total2(xs):\n    return sum(xs)',
        "assert total2(x*x for x in range(4)) == 14\nassert total2(iter([1,2])) == 3\nassert total2(range(5)) == 10\nassert total2({1: 'a', 2: 'b'}.keys()) == 3",
        'def total2(xs):\n    t = 0\n    for x in xs: t += x\n    return t',
        'def total2(xs):\n    return 14',
    ),
    "a text file in memory that is written": (
        "def dump(rows, f):\n    for r in rows:\n        f.write(','.join(map(str, r)) + '\\n')",
        "import io\nb = io.StringIO()\ndump([(1, 2), (3, 4)], b)\nassert b.getvalue() == '1,2\\n3,4\\n'",
        "import csv\ndef dump(rows, f):\n    csv.writer(f, lineterminator='\\n').writerows(rows)",
        'def dump(rows, f):\n    pass',
    ),
    "an object in a text": (
        "class Money:\n    def __init__(self, cents): self.cents = cents\n    def __add__(self, o): return Money(self.cents + o.cents)\n    def __eq__(self, o): return isinstance(o, Money) and self.cents == o.cents\n    def __hash__(self): return hash(self.cents)\n    def __repr__(self): return f'Money({self.cents})'\n    def __bool__(self): return self.cents != 0\n    def __lt__(self, o): return self.cents < o.cents\n    def __format__(self, s): return f'{self.cents/100:.2f}'",
        "a, b = Money(150), Money(50)\nassert a + b == Money(200)\nassert repr(a) == 'Money(150)'\nassert not Money(0) and a\nassert len({Money(1), Money(1)}) == 1\nassert sorted([a, b])[0] is b\nassert f'{a}' == '1.50'\nassert sum([a, b], Money(0)).cents == 200\nassert a != 150",
        "from dataclasses import dataclass\n@dataclass(frozen=True, order=True)\nclass Money:\n    cents: int\n    def __add__(self, o): return Money(self.cents + o.cents)\n    def __repr__(self): return 'Money(%d)' % self.cents\n    def __bool__(self): return bool(self.cents)\n    def __format__(self, s): return '%.2f' % (self.cents/100)",
        'class Money:\n    def __init__(self, cents): self.cents = cents\n    def __add__(self, o): return Money(self.cents + o.cents)',
    ),
    "a generator that is told": (
        'def averager():\n    total = n = 0\n    value = None\n    while True:\n        x = yield value\n        total += x\n        n += 1\n        value = total / n',
        'g = averager()\nnext(g)\nassert g.send(10) == 10\nassert g.send(20) == 15',
        'def averager():\n    xs = []\n    m = None\n    while True:\n        xs.append((yield m))\n        m = sum(xs)/len(xs)',
        'def averager():\n    while True:\n        x = yield 0',
    ),
    "a decorator that keeps the name": (
        'import functools\ndef shout(f):\n    @functools.wraps(f)\n    def inner(*a, **k):\n        return f(*a, **k).upper()\n    return inner',
        "@shout\ndef greet(n, *, end='!'):\n    'Greets.'\n    return 'hi ' + n + end\nassert greet('bo', end='?') == 'HI BO?'\nassert greet.__name__ == 'greet' and greet.__doc__ == 'Greets.'",
        'import functools\ndef shout(f):\n    def inner(*a, **k):\n        return str.upper(f(*a, **k))\n    functools.update_wrapper(inner, f)\n    return inner',
        'def shout(f):\n    def inner(*a, **k):\n        return f(*a, **k).upper()\n    return inner',
    ),
    "a method put in the place of another": (
        'class Clock:\n    def now(self): return 0\nclass Shop:\n    def __init__(self): self.clock = Clock()\n    def open(self): return 8 <= self.clock.now() < 18',
        "from unittest import mock\nwith mock.patch.object(Clock, 'now', return_value=9):\n    assert Shop().open()\nwith mock.patch.object(Clock, 'now', return_value=20):\n    assert not Shop().open()",
        'class Clock:\n    now = lambda self: 0\nclass Shop:\n    clock = Clock()\n    def open(self):\n        h = self.clock.now()\n        return h >= 8 and h < 18',
        'class Clock:\n    def now(self): return 0\nclass Shop:\n    def open(self): return True',
    ),
    "an object made up by the test": (
        "class Api:\n    def get(self): raise OSError('no net')\ndef price(api):\n    return api.get()['price']",
        "from unittest import mock\napi = mock.Mock()\napi.get.return_value = {'price': 3}\nassert price(api) == 3\napi.get.assert_called_once_with()",
        "class Api:\n    def get(self): return None\ndef price(api):\n    d = api.get()\n    return d['price']",
        'class Api: pass\ndef price(api):\n    return 4',
    ),
    "a coroutine": (
        'import asyncio\nasync def slow(n):\n    await asyncio.sleep(0.01)\n    return n\nasync def both():\n    return await asyncio.gather(slow(1), slow(2))',
        'import asyncio\nassert list(await both()) == [1, 2]\nassert await asyncio.gather(slow(3), slow(4)) == [3, 4]',
        'import asyncio\nasync def slow(n):\n    await asyncio.sleep(0)\n    return n\nasync def both():\n    return [await slow(1), await slow(2)]',
        'async def slow(n):\n    return 0\nasync def both():\n    return 3',
    ),
    "a context made by a function": (
        "from contextlib import contextmanager\n@contextmanager\ndef opened(n):\n    yield n + 1",
        "with opened(4) as five:\n    assert five == 5",
        "class opened:\n    def __init__(self, n):\n        self.n = n\n    def __enter__(self):\n        return self.n + 1\n    def __exit__(self, *_):\n        pass",
        "class opened:\n    def __init__(self, n):\n        self.n = n\n    def __enter__(self):\n        return self.n\n    def __exit__(self, *_):\n        pass",
    ),
    "an object added to in place": (
        "class Till:\n    def __init__(self):\n        self.sums = []\n    def __iadd__(self, n):\n        self.sums.append(n)\n        return self",
        "till = before = Till()\ntill += 3\ntill += 4\nassert till is before and till.sums == [3, 4]",
        "class Till:\n    def __init__(self):\n        self.sums = []\n    def __iadd__(self, n):\n        self.sums = [*self.sums, n]\n        return self",
        "class Till:\n    def __init__(self):\n        self.sums = []\n    def __iadd__(self, n):\n        return Till()",
    ),
    "the class of a value": (
        "def kind(v):\n    return type(v)",
        "assert kind(range(3)) is range and kind(slice(3)) is slice",
        "kind = type",
        "def kind(v):\n    return list",
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
