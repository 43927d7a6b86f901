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
    """Which settings the peers use: febrl, census, population or unseen."""
    identifier: bool = False
    """Whether the identifier column may be used."""
    peers: tuple[str, ...] = ("splink", "recordlinkage")
    """Whom it is measured beside."""
    columns: tuple[str, ...] = ()
    """The columns that the peer compares, where its settings are made from them; first those that its training starts from."""

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


def _unseen(name, columns, files=None, map_name=None):
    """One of the sets that nothing was tuned to; Splink gets settings made from the columns alone, as a first try at a new file would be."""
    files = tuple(f"unseen/{file}.csv" for file in files or (name,))
    return DataSet(f"unseen {name.replace('_', ' ')}", files, "truth", f"unseen_{map_name or name}.toml", "unseen", False, ("splink",), columns)


_PLAIN = ("born", "family", "given", "address", "city")

UNSEEN = (
    _unseen("american_addresses", ("born", "family", "given", "address", "city", "zip", "state")),
    _unseen("ages", ("name", "age", "city", "sex")),
    _unseen("two_digit_years", ("born", "name", "zip")),
    _unseen("no_birth_dates", ("phone", "family", "given", "address", "city")),
    _unseen("names_alone", ("family", "given", "middle")),
    _unseen("several_identifiers", ("passport", "licence", "family", "given", "job")),
    _unseen("swapped_names", ("born", "family", "given", "zip")),
    _unseen("thirty_records", (*_PLAIN, "phone")),
    _unseen("japanese_names", _PLAIN, map_name="plain_names"),
    _unseen("vietnamese_names", _PLAIN, map_name="plain_names"),
    _unseen("russian_names", _PLAIN, map_name="plain_names"),
    # The peer cannot link files of different columns as they are.
    dataclasses.replace(_unseen("two_files", (), ("left_columns", "right_columns")), peers=()),
)

ALL = (
    *_febrl(1, "febrl1.csv"),
    *_febrl(2, "febrl2.csv"),
    *_febrl(3, "febrl3.csv"),
    *_febrl(4, "febrl4a.csv", "febrl4b.csv"),
    _census("default"),
    _census("hard"),
    *UNSEEN,
)

BY_NAME = {data_set.name: data_set for data_set in ALL}
