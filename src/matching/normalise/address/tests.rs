use super::*;

fn dwelling(lines: &[&str]) -> Dwelling {
    let address = Address::from_cells(lines.iter().copied(), None);
    Dwelling::new(&address, None, None)
}

#[test]
fn one_dwelling_written_many_ways_has_one_key() {
    let ways = [
        dwelling(&["12A High Street, Ashby, SK1 3XE"]),
        dwelling(&["Flat A, 12 High St", "Ashby", "SK1 3XE"]),
        dwelling(&["Flat A", "12", "High Street", "Ashby SK1 3XE"]),
        dwelling(&["Flat 12A High Street", "SK1 3XE"]),
        dwelling(&["12 a high street\nAshby\nsk13xe"]),
    ];
    for way in &ways {
        assert_eq!(way.key(), ways[0].key());
    }
    assert_ne!(dwelling(&["12B High Street, Ashby, SK1 3XE"]).key(), ways[0].key());
    assert_ne!(dwelling(&["14 High Street, Ashby, SK1 3XE"]).key(), ways[0].key());
}

#[test]
fn a_house_name_stands_for_a_number() {
    let one = dwelling(&["Rose Cottage", "Mill Lane", "Ashby", "SK1 3XE"]);
    assert_eq!(one.name.as_ref().unwrap().text(), "rosecottage");
    assert_eq!(one.street.as_ref().unwrap().text(), "mill");
    assert!(one.key().is_some());
}

#[test]
fn a_street_alone_is_no_dwelling() {
    assert_eq!(dwelling(&["High Street", "Ashby", "SK1 3XE"]).key(), None);
    assert_eq!(dwelling(&["High Street"]).street.unwrap().text(), "high");
}

#[test]
fn a_numbered_street_is_not_a_house_number() {
    let address = dwelling(&["5112 145th st"]);
    assert_eq!((trimmed(&address.number), address.street.unwrap().text()), (b"5112".as_slice(), "145th"));
}

#[test]
fn a_slash_parts_flat_and_number() {
    assert_eq!(dwelling(&["3/12 Stirling Street", "Ashby"]).key(), dwelling(&["Unit 3, 12 Stirling St", "Ashby"]).key());
}

#[test]
fn places_shared_by_many_are_known() {
    for place in [
        "Women's Refuge",
        "HMP Camp Hill",
        "Ashby College, School Lane",
        "St Mary's Hospital",
        "College Court",
        "Hill View Caravan Park",
        "Langford Primary",
        "Ashby Juniors",
    ] {
        assert!(dwelling(&[place, "2 High Street", "SK1 3XE"]).shared_place, "{place}");
    }
}

#[test]
fn a_street_named_after_a_school_is_no_school() {
    for street in [
        "12 School Lane",
        "3 Old College Road",
        "Flat 2, 5 Hospital Street",
        "9 Prison Ln",
        "4 School Lane Ashby",
        "12 Primary",
        "c/o J Smith Junior",
        "7 Junior Street",
    ] {
        assert!(!dwelling(&[street, "Ashby", "SK1 3XE"]).shared_place, "{street}");
    }
    assert!(dwelling(&["2 Refuge Road", "Ashby", "SK1 3XE"]).shared_place);
}

#[test]
fn a_slip_in_the_word_that_a_street_ends_in_leaves_the_street_what_it_is() {
    let street = |line: &str| {
        let dwelling = dwelling(&[line, "Ashby", "SK1 3XE"]);
        (dwelling.street.unwrap().text().to_owned(), dwelling.street_type)
    };
    for (slip, meant) in [
        ("61 Poplar Streeet", "61 Poplar Street"),
        ("28 Heath Cresecnt", "28 Heath Crescent"),
        ("4 Mill Avenu", "4 Mill Ave"),
        ("4 Mill Rod", "4 Mill Road"),
    ] {
        assert_eq!(street(slip), street(meant));
    }
    assert_ne!(street("4 Mill Land"), street("4 Mill Lane"));
}

#[test]
fn a_space_left_out_before_the_word_that_a_street_ends_in_leaves_the_street_what_it_is() {
    let street = |line: &str| {
        let dwelling = dwelling(&[line, "Ashby", "SK1 3XE"]);
        (dwelling.street.unwrap().text().to_owned(), dwelling.street_type)
    };
    assert_eq!(street("58 BrookCourt"), street("58 Brook Court"));
    assert_eq!(street("58 North Brookcourt"), street("58 North Brook Court"));
    assert_ne!(street("58 Broadway"), street("58 Broad Road"));
}

#[test]
fn a_flat_may_stand_before_or_behind_its_word() {
    let ways = [
        dwelling(&["Flat 3", "12 High Street", "SK1 3XE"]),
        dwelling(&["3 Flat, 12 High St, SK1 3XE"]),
        dwelling(&["3/12 High Street", "SK1 3XE"]),
    ];
    for way in &ways {
        assert_eq!(way.key(), ways[0].key());
        assert_eq!(way.street.as_ref().unwrap().text(), "high");
    }
    let lettered = [dwelling(&["B Flat, Elm House, 12 High Street, SK1 3XE"]), dwelling(&["Flat B, Elm House, 12 High Street, SK1 3XE"])];
    assert_eq!(lettered[0].key(), lettered[1].key());
}

#[test]
fn a_town_may_follow_a_numbered_street_without_a_comma() {
    let parts = |line: &str| {
        let dwelling = dwelling(&[line]);
        let text = |word: Option<&Word>| word.map(|word| word.text().to_owned()).unwrap_or_default();
        (text(dwelling.street.as_ref()), dwelling.street_type, text(dwelling.town.as_ref()))
    };
    for (line, street, town) in [
        ("31 Valley Close Priorsfield", "valley", "priorsfield"),
        ("31 Valley Clsoe Priorsfield", "valley", "priorsfield"),
        ("Flat 2 31a High St St Helens", "high", "sthelens"),
        ("Flat 31A High Street Ashby", "high", "ashby"),
        ("7 Castle Hill Road Ashby Green", "castlehill", "ashbygreen"),
        ("7 Brook Court Priorsfield", "brook", "priorsfield"),
        ("9 Old Court House Road", "oldcourthouse", ""),
        ("7 Castle Hill Raod", "castlehill", ""),
        ("12 Notting Hill Gate", "nottinghillgate", ""),
        ("12 High Street West Bromwich", "high", "westbromwich"),
        ("12 Bridge Road Park Gate", "bridge", "parkgate"),
        ("12 Church St Welwyn Garden City", "church", "welwyngardencity"),
        ("12 Park Avenue Road Ashby", "parkavenue", "ashby"),
        ("12 High Street Basement Flat", "highstreetbasementflat", ""),
        ("4 Great St Helens Road", "greatsthelens", ""),
        ("4 Green Lane", "green", ""),
        ("9 Broadway Ashby", "broadwayashby", ""),
    ] {
        let of = parts(line);
        assert_eq!((of.0.as_str(), of.2.as_str()), (street, town), "{line}");
    }
    assert_eq!(parts("12 Church Road North").0, "churchroadnorth");
    assert_eq!(parts("3 Mill Lane Ashby"), parts("3 Mill Lane, Ashby"));
}
