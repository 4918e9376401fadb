"""Typos: the distance is right, and the deletions never lose a word within it."""

from hypothesis import given
from hypothesis import strategies as st

from regulars.records.words import TWO_TYPOS_FROM, deletions, forgiven, typos, words_of

letters = st.text("abcdeé", max_size=12)


def slow_typos(one, other):
    """Optimal string alignment, straight from its definition."""
    table = [[i + j if i * j == 0 else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            table[i][j] = min(
                table[i - 1][j] + 1,
                table[i][j - 1] + 1,
                table[i - 1][j - 1] + (one[i - 1] != other[j - 1]),
            )
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


@given(one=letters, other=letters)
def test_typos_are_the_optimal_string_alignment(one, other):
    assert typos(one, other) == slow_typos(one, other) == typos(other, one)


@given(
    word=st.text("abcde", min_size=3, max_size=14),
    changes=st.lists(
        st.tuples(st.sampled_from("acds"), st.integers(0, 13), st.sampled_from("abcdex")),
        min_size=1,
        max_size=2,
    ),
)
def test_words_within_the_typos_forgiven_share_a_deletion(word, changes):
    typed = word
    for kind, place, letter in changes[: forgiven(word)]:
        place %= len(typed)
        if kind == "a":
            typed = typed[:place] + letter + typed[place:]
        elif kind == "c":
            typed = typed[:place] + letter + typed[place + 1 :]
        elif kind == "d" and len(typed) > 2:
            typed = typed[:place] + typed[place + 1 :]
        elif place:
            typed = typed[: place - 1] + typed[place] + typed[place - 1] + typed[place + 1 :]
    allowed = 2 if len(typed) >= TWO_TYPOS_FROM - 2 else 1
    assert deletions(word, forgiven(word)) & deletions(typed, allowed)


def test_words_are_letters_and_digits():
    assert words_of("o'brien & sons (est. 1999), a_b") == ["o", "brien", "sons", "est", "1999", "a", "b"]
