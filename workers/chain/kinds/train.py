"""Learns the weights of the classifier from its examples: `make kinds`; needs scikit-learn, which nothing else does."""

from collections import Counter

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from workers.chain.kinds.classifier import WEIGHTS, Weights, examples, tokens

# A word that one example alone has says nothing; the penalty was chosen on reports not learned from.
_FEWEST, _INVERSE_PENALTY, _DIGITS = 2, 30.0, 2


def train() -> Weights:
    """The weights that the examples give; the same every time."""
    told = [(tokens(text), kind) for text, kind in examples()]
    counts = Counter(token for found, _ in told for token in found)
    rows = []
    for found, _ in told:
        known = sorted(token for token in found if counts[token] >= _FEWEST)
        rows.append(dict.fromkeys(known, max(len(known), 1) ** -0.5))
    columns = DictVectorizer()
    model = LogisticRegression(C=_INVERSE_PENALTY, max_iter=3000, class_weight="balanced")
    model.fit(columns.fit_transform(rows), [kind for _, kind in told])
    per_word = zip(columns.get_feature_names_out(), model.coef_.T, strict=True)
    return Weights(
        kinds=list(model.classes_),
        bias=[round(float(one), _DIGITS) for one in model.intercept_],
        words={word: [round(float(one), _DIGITS) for one in row] for word, row in per_word},
    )


if __name__ == "__main__":
    # A word a line, so that a change can be read.
    text = train().model_dump_json().replace('],"', '],\n"')
    WEIGHTS.write_text(f"{text}\n", encoding="utf-8")
