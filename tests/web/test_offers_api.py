"""Are offers weighed, kept and refused by the API in the same words as elsewhere?"""

import copy

import pytest

OFFER = {
    "name": "Kestrel",
    "base": 240_000,
    "signing": 30_000,
    "bonus": {"target": 0.1, "low": 0.8, "median": 1, "high": 1.2},
    "equity": {
        "form": "options",
        "price": 20,
        "strike": 5,
        "grants": [{"units": 20_000, "vesting": {"years": 4, "cliff_months": 12, "every_months": 1, "shares": []}}],
        "private": {"zero": 0.4, "median": 1.5, "p90": 6},
    },
}
BOOK = {"offers": [OFFER, {"name": "Heron", "base": 300_000}], "weights": {"years": 5, "rate": 0.04}}


def changed(place, value):
    """Give the book with one value changed; a place is a path of keys."""
    book = copy.deepcopy(BOOK)
    *path, last = place
    part = book
    for key in path:
        part = part[key]
    part[last] = value
    return book


def test_before_anything_is_typed_the_shipped_points_are_shown_with_their_mark(app):
    page = app.client.get("/api/offers").json()
    assert page["saved_at"] is None and page["book"] == page["shipped"]
    assert page["taxes"] == page["weighing"]["taxes"] == "Taxes are left out of every figure."
    assert all("not verified by us" in point["mark"] for point in page["points"])
    assert "no source" in page["assumed"]
    assert [worth["name"] for worth in page["weighing"]["worths"]] == ["Reference L4", "Reference L3"]


def test_own_offers_are_kept_and_weighed(app):
    saved = app.put("/api/offers", BOOK)
    assert saved.status_code == 200, saved.text
    page = app.client.get("/api/offers").json()
    assert page["saved_at"] == saved.json()["saved_at"]
    assert page["book"]["offers"][0]["equity"]["grants"][0]["units"] == 20_000
    assert page["shipped"]["offers"][0]["name"] == "Reference L4"
    assert page["weighing"] == app.post("/api/offers/compare", page["book"]).json()


def test_a_comparison_keeps_nothing(app):
    weighed = app.post("/api/offers/compare", BOOK).json()
    kestrel, heron = weighed["worths"]
    assert [scenario["name"] for scenario in kestrel["scenarios"]] == ["paper", "down", "base", "up"]
    assert len(kestrel["by_year"]) == 5
    assert heron["present"]["p10"] == heron["present"]["p90"]
    assert [left["months"] for left in kestrel["leaving"]] == [6, 24]
    assert kestrel["leaving"][1]["exercise_cost"] == 50_000
    first, second = weighed["pairs"]
    assert first["first_more"]["value"] + second["first_more"]["value"] + first["same"]["value"] == pytest.approx(1)
    assert app.client.get("/api/offers").json()["saved_at"] is None


def test_the_sheet_is_markdown_about_the_offer_that_is_named(app):
    app.put("/api/offers", BOOK)
    answer = app.client.get("/api/offers/sheet", params={"offer": "Heron"})
    assert answer.headers["content-type"].startswith("text/markdown")
    assert answer.text.startswith("# Negotiation sheet: Heron")
    assert app.client.get("/api/offers/sheet").text.startswith("# Negotiation sheet: Kestrel")
    refused = app.client.get("/api/offers/sheet", params={"offer": "Egret"})
    assert refused.status_code == 422 and refused.json()["allowed"] == "Kestrel, Heron"


REFUSED = [
    (changed(["offers", 0, "base"], -1), "base is -1"),
    (changed(["offers", 0, "base"], True), "valid number"),
    (changed(["offers", 0, "bsae"], 1), "no such field"),
    (changed(["offers", 0, "equity", "private", "pp90"], 1), "no such field"),
    (changed(["offers", 0, "equity", "private", "p90"], 1), "p90 (1) is below median (1.5)"),
    (changed(["offers", 0, "equity", "grants", 0, "vesting", "cliff_months"], 49), "cliff of 49 months"),
    (changed(["offers", 0, "equity", "grants", 0, "vesting", "shares"], [0.5, 0.2, 0.2, 0.2]), "shares sum to 1.1"),
    (changed(["offers", 0, "signing"], 1e300), "signing is 1e+300"),
    (changed(["offers", 1, "name"], "Kestrel"), "two offers are called 'Kestrel'"),
    (changed(["offers"], []), "there are 0 offers"),
    (changed(["weights", "years"], 10**9), "years is 1,000,000,000"),
]


def test_what_cannot_be_weighed_is_refused_and_nothing_is_kept(app):
    for book, words in REFUSED:
        for answer in (app.put("/api/offers", book), app.post("/api/offers/compare", book)):
            assert answer.status_code == 422, answer.text
            assert words in answer.json()["message"]
    assert app.client.get("/api/offers").json()["saved_at"] is None


def test_a_number_that_is_none_is_refused(app):
    headers = app.token() | {"content-type": "application/json"}
    for number in ("NaN", "Infinity", "1e999"):
        body = f'{{"offers": [{{"name": "A", "base": {number}}}]}}'
        answer = app.client.put("/api/offers", content=body, headers=headers)
        assert answer.status_code == 422 and "finite" in answer.json()["message"]
