"""Does the sheet use the person's own numbers in the right order, and are their offers kept over the shipped ones?"""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from liveloop.base.errors import BadInput
from liveloop.coach.journal import Document, open_journal
from liveloop.coach.offer import (
    Bonus,
    Equity,
    Grant,
    Offer,
    OfferBook,
    OfferWeights,
    PrivateEquity,
    PublicEquity,
    keep,
    read_kept,
    read_offer,
    read_reference,
    weigh,
    write_sheet,
)

SURE = PrivateEquity(zero=0.0, median=1.0, p90=1.0, liquid_median_years=1, liquid_p90_years=1)
ODDS = PrivateEquity(zero=0.6, median=2.0, p90=9.0)
UNITS = Equity(grants=(Grant(value=400_000.0),), private=SURE)
OPTIONS = Equity("options", (Grant(units=10_000.0),), price=40.0, strike=10.0, window_months=2, private=ODDS)
WEIGHTS = OfferWeights(years=4, rate=0.0, level_step=160_000.0)
BOOK = OfferBook((Offer("A", base=200_000.0, level="L4", equity=UNITS), Offer("B", base=260_000.0)), WEIGHTS)
AT = datetime(2026, 1, 7, 12, tzinfo=UTC)


def asks(sheet):
    section = sheet.split("## What to ask, in this order")[1].split("\n## ")[0]
    return [line.split("**")[1] for line in section.splitlines() if line[:1].isdigit()]


def test_the_level_comes_first_and_then_what_adds_most_to_the_median():
    sheet = write_sheet(BOOK, draws=200)
    assert asks(sheet) == ["Level", "Refreshers", "First grant", "Base", "Signing bonus"]
    assert "one level above L4, which you put at 160,000 a year" in sheet
    assert "Adds 640,000 at the median and 640,000 on average over 4 years" in sheet
    assert "200,000 to 210,000 a year (+5 %). Adds 40,000 at the median" in sheet
    assert "400,000 to 480,000 at today's price (+20 %). Adds 80,000 at the median" in sheet
    small = replace(BOOK, weights=replace(WEIGHTS, level_step=1_000.0))
    assert asks(write_sheet(small, draws=200))[0] == "Level"
    long_shot = replace(BOOK, offers=(replace(BOOK.offers[0], equity=OPTIONS), BOOK.offers[1]))
    assert asks(write_sheet(long_shot, draws=200))[:3] == ["Level", "Base", "Signing bonus"]


def test_the_walk_away_is_typed_or_the_best_other_offer():
    assert "**260,000 a year** (the median of B, as you typed none)" in write_sheet(BOOK, "A", draws=200)
    assert "median is 40,000 a year above it" in write_sheet(BOOK, "A", draws=200)
    sheet = write_sheet(replace(BOOK, weights=replace(WEIGHTS, walk_away=350_000.0)), "A", draws=200)
    assert "**350,000 a year** (you typed it)" in sheet
    assert "50,000 a year short of it, which is 200,000 over 4 years" in sheet
    alone = write_sheet(replace(BOOK, offers=BOOK.offers[:1]), draws=200)
    assert "Decide on a figure before the talk" in alone and "in 100 % of the draws" not in alone


def test_what_to_find_out_fits_the_equity():
    units = write_sheet(BOOK, "A", draws=200)
    for word in ("preferred price", "409A", "dilut", "double trigger", "refreshers"):
        assert word in units
    options = write_sheet(replace(BOOK, offers=(replace(BOOK.offers[0], equity=OPTIONS),)), draws=200)
    assert "window to exercise" in options and "double trigger" not in options
    assert "you pay 50,000 within 2 months" in options
    listed = Equity(grants=(Grant(value=1.0),), public=PublicEquity(0.3))
    assert "409A" not in write_sheet(OfferBook((Offer("A", base=1.0, equity=listed),)), draws=200)
    assert "409A" not in write_sheet(BOOK, "B", draws=200)


def test_taxes_are_said_to_be_left_out_wherever_figures_are():
    sheet = write_sheet(BOOK, draws=200)
    assert "Taxes are left out of every figure." in sheet.split("##")[0]
    assert weigh(BOOK, draws=200).taxes == "Taxes are left out of every figure."


def test_leaving_early_is_worded():
    bonus = replace(BOOK.offers[0], signing=30_000.0, bonus=Bonus(0.1))
    sheet = write_sheet(replace(BOOK, offers=(bonus,)), draws=200)
    assert "After 6 months: 100,000 of base, 0 of the signing bonus (30,000 goes back), and no equity" in sheet
    assert "After 24 months: 400,000 of base, 40,000 of bonus" in sheet and "50 % of the first grants (200,000" in sheet


def test_a_name_cannot_break_the_table_and_an_unknown_one_is_refused():
    sheet = write_sheet(replace(BOOK, offers=(replace(BOOK.offers[0], name="A | B"),)), draws=200)
    assert "| A \\| B | 300,000 |" in sheet
    with pytest.raises(BadInput, match=r"no offer is called 'C'. Allowed: A, B"):
        write_sheet(BOOK, "C", draws=200)


def test_own_offers_are_kept_and_win_over_the_shipped_ones(tmp_path):
    with open_journal(tmp_path / "journal.db") as journal:
        assert read_kept(journal) == type(read_kept(journal))(read_reference().book, None)
        assert keep(journal, BOOK, AT) == AT
        kept = read_kept(journal)
        assert (kept.book, kept.saved_at) == (BOOK, AT)
        with pytest.raises(BadInput, match="base is -1"):
            keep(journal, OfferBook((Offer("A", base=-1.0),)), AT)
        assert read_kept(journal).book == BOOK
        journal.write_document(Document("offers", '{"offers": [{"name": "A", "bas": 1}]}', AT))
        with pytest.raises(BadInput, match="unknown field 'bas'"):
            read_kept(journal)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('name = "A"\nbase = -5', "base is -5"),
        ('name = "A"\nbse = 5', "unknown field 'bse'"),
        ('name = "A"\nbase = "305000"', r"offer.base is '305000'. Allowed: input should be a valid number"),
        ('name = "A"\nbase = true', "offer.base is True"),
        ('name = "A"', "offer.base"),
        ('name = "A"\nbase = 5\n[equity.private]\nmedain = 1', "unknown field 'medain'"),
        ('name = "A"\nbase = 5\n[equity]\nform = "shares"', "offer.equity.form is 'shares'"),
        ("name = ", "not valid TOML"),
    ],
)
def test_a_file_that_is_no_offer_is_refused(tmp_path, text, words):
    file = tmp_path / "a.toml"
    file.write_text(text)
    with pytest.raises(BadInput, match=words) as refusal:
        read_offer(file)
    assert str(file) in refusal.value.where
    with pytest.raises(BadInput, match="cannot be read"):
        read_offer(tmp_path / "none.toml")
