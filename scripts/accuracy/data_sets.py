"""The data sets of `make accuracy`: their files, their truth, and the columns that the peers are given."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class DataSet:
    """One comparison to run."""

    name: str
    files: tuple[str, ...]
    truth: str
    map: str
    family: str
    """Which settings the peers use: febrl, census or population."""
    identifier: bool = False
    """Whether the identifier column may be used."""

    @property
    def links(self):
        """Whether it links two files (else it finds duplicates in one)."""
        return len(self.files) == 2


def _febrl(number, *files):
    for identifier in (False, True):
        word = "with" if identifier else "without"
        yield DataSet(
            f"febrl{number} {word} id", files, "cluster", f"febrl_{word}_identifier.toml", "febrl", identifier
        )


def _census(noise):
    files = (f"pseudopeople/{noise}_census2020.csv", f"pseudopeople/{noise}_census2030.csv")
    return DataSet(f"pseudopeople {noise}", files, "simulant_id", "pseudopeople.toml", "census")


ALL = (
    *_febrl(1, "febrl1.csv"),
    *_febrl(2, "febrl2.csv"),
    *_febrl(3, "febrl3.csv"),
    *_febrl(4, "febrl4a.csv", "febrl4b.csv"),
    _census("default"),
    _census("hard"),
)

BY_NAME = {data_set.name: data_set for data_set in ALL}
