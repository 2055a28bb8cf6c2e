"""The example firm of demo and tests: plainly invented people, places and machines."""

from powerup.sandbox.host import Host
from powerup.sandbox.records import KINDS, Record

# debtor number, name, street, house number, postal code, city, contact person (may be empty)
_CUSTOMERS = (
    ("1001", "Bakkerij De Korenaar", "Dorpsstraat", "12", "3811 AB", "Amersfoort", "Marieke Smit"),
    ("1002", "Basisschool De Regenboog", "Schoolplein", "1", "3812 CD", "Amersfoort", "Joost van Dijk"),
    ("1003", "Tandartspraktijk Zonnehof", "Zonnehof", "8", "3811 NC", "Amersfoort", "Fatima El Amrani"),
    ("1004", "VvE Parkzicht", "Parklaan", "40", "3701 GH", "Zeist", "Henk Postma"),
    ("1005", "Hotel Het Wapen", "Markt", "3", "3401 EA", "IJsselstein", "Sanne de Boer"),
    ("1006", "Zwembad De Waterlelie", "Sportlaan", "22", "3431 HK", "Nieuwegein", "Peter Kuipers"),
    ("1007", "Garage Veldman", "Industrieweg", "7", "3606 AS", "Maarssen", "Rik Veldman"),
    ("1008", "Familie Jansen", "Beukenlaan", "15", "3722 AJ", "Bilthoven", ""),
    ("1009", "Familie Yilmaz", "Tulpstraat", "9", "3551 BN", "Utrecht", ""),
    ("1010", "Kantoor Noorderlicht BV", "Europalaan", "100", "3526 KS", "Utrecht", "Ingrid Visser"),
    ("1011", "Supermarkt De Hoek", "Winkelcentrum", "5", "3995 XA", "Houten", "Tom Mulder"),
    ("1012", "Zorgcentrum Avondrood", "Kloosterweg", "2", "3941 LT", "Doorn", "Els Hendriks"),
)

# code, debtor number, description, brand, type, year installed
_OBJECTS = (
    ("CV-1", "1001", "CV-ketel bakkerij", "Warmtebouw", "HR-60", 2019),
    ("CV-2", "1001", "CV-ketel bovenwoning", "Warmtebouw", "HR-24", 2021),
    ("AC-1", "1001", "Airconditioning winkel", "Koelmeester", "Split 5", 2022),
    ("CV-3", "1002", "CV-ketel hoofdgebouw", "Warmtebouw", "HR-120", 2016),
    ("CV-4", "1002", "CV-ketel gymzaal", "Warmtebouw", "HR-60", 2016),
    ("LB-1", "1002", "Luchtbehandeling lokalen", "Frislucht", "LB-3000", 2020),
    ("AC-2", "1003", "Airconditioning behandelkamers", "Koelmeester", "Multi 4", 2021),
    ("WP-1", "1003", "Warmtepomp", "Aardwarm", "WP-9", 2023),
    ("CV-5", "1004", "Collectieve ketel blok A", "Warmtebouw", "HR-240", 2012),
    ("CV-6", "1004", "Collectieve ketel blok B", "Warmtebouw", "HR-240", 2012),
    ("MV-1", "1004", "Mechanische ventilatie", "Frislucht", "MV-12", 2015),
    ("CV-7", "1005", "CV-ketel hotel", "Warmtebouw", "HR-180", 2018),
    ("KC-1", "1005", "Koelcel keuken", "Koelmeester", "KC-20", 2017),
    ("LB-2", "1006", "Luchtbehandeling zwemzaal", "Frislucht", "LB-9000", 2014),
    ("WP-2", "1006", "Warmtepomp badwater", "Aardwarm", "WP-60", 2022),
    ("CV-8", "1007", "Heaters werkplaats", "Warmtebouw", "HT-40", 2011),
    ("CV-9", "1008", "CV-ketel", "Warmtebouw", "HR-24", 2020),
    ("WP-3", "1008", "Hybride warmtepomp", "Aardwarm", "WP-4", 2023),
    ("CV-10", "1009", "CV-ketel", "Warmtebouw", "HR-28", 2018),
    ("AC-3", "1010", "Airconditioning kantoor", "Koelmeester", "VRF-16", 2019),
    ("LB-3", "1010", "Luchtbehandeling kantoor", "Frislucht", "LB-6000", 2019),
    ("KV-1", "1011", "Koelmeubels winkel", "Koelmeester", "KM-8", 2020),
    ("AC-4", "1011", "Airconditioning kantine", "Koelmeester", "Split 3", 2020),
    ("CV-11", "1012", "CV-ketel A", "Warmtebouw", "HR-180", 2017),
    ("NS-1", "1012", "Noodstroomaggregaat", "Stroomzeker", "NS-50", 2017),
)

# code, debtor number, street with house number, postal code, city, contact person (may be empty)
_ADDRESSES = (
    ("1002-GYM", "1002", "Sportpad 3", "3812 CE", "Amersfoort", "1002-JD"),
    ("1004-A", "1004", "Parklaan 40", "3701 GH", "Zeist", "1004-HP"),
    ("1004-B", "1004", "Parkweg 2", "3701 GK", "Zeist", ""),
    ("1010-MAG", "1010", "Handelsweg 18", "3542 CZ", "Utrecht", "1010-MB"),
)

_ADDRESS_OF_OBJECT = {"CV-4": "1002-GYM", "CV-5": "1004-A", "CV-6": "1004-B"}

# code, debtor number, name, phone number
_CONTACT_PERSONS = (
    ("1001-MS", "1001", "Marieke Smit", "033 555 0101"),
    ("1002-JD", "1002", "Joost van Dijk", "033 555 0102"),
    ("1004-HP", "1004", "Henk Postma", "030 555 0104"),
    ("1010-IV", "1010", "Ingrid Visser", "030 555 0110"),
    ("1010-MB", "1010", "Mehmet Bulut", "030 555 0111"),
)

_FORMS = ("Checklist CV-ketel", "Checklist airconditioning", "Logboek koelinstallatie")

# code, description, price of one with a comma, unit
_MATERIALS = (
    ("ONTST-EL", "Ontstekingselektrode", "24,95", "stuk"),
    ("FILTER-G4", "Filter G4", "18,50", "stuk"),
    ("PAK-CV", "Pakkingset CV-ketel", "32,00", "set"),
    ("KM-R32", "Koudemiddel R32", "41,25", "kg"),
)

# entity, name, place among those of its entity
_FREE_FIELDS = (("WORKORDER", "Inkoopnummer", 1), ("OBJECT", "Plaats sleutel", 1))

_EMPLOYEES = (
    ("1", "Anna", "de Wit"),
    ("2", "Bram", "Jacobs"),
    ("3", "Chantal", "Peters"),
    ("4", "Daan", "Willems"),
    ("5", "Esra", "Kaya"),
)

_WORK_TYPES = (
    *("Installatie", "Garantie", "Levering", "Onderhoud", "Project", "Regie", "Reparatie", "Service"),
    *("Storing", "Verkoop", "Verhuur"),
)

_PAYMENT_METHODS = ("niet van toepassing", "op rekening", "contant voldaan", "pin betaling", "conform offerte")

_PRIORITIES = (("1", "Spoed"), ("2", "Hoog"), ("3", "Normaal"), ("4", "Laag"))

_WORK_STATUSES = (("10", "Wacht op klant"), ("20", "Wacht op materiaal"), ("99", "Fout"))

_PROJECTS = (
    ("P-2026-01", "1002", "Verduurzaming school", "2026-01-05"),
    ("P-2026-02", "1006", "Renovatie zwemzaal", "2026-03-02"),
    ("P-2026-03", "1010", "Verhuizing kantoor", "2026-06-01"),
)


def example_records() -> dict[str, list[Record]]:
    """All master records of the example firm, by endpoint."""
    return {
        "relations": [_relation(*row) for row in _CUSTOMERS],
        "objects": [_object(*row) for row in _OBJECTS],
        "addresses": [_address(*row) for row in _ADDRESSES],
        "contactpersons": [
            {"cpn_code": code, "cpn_debtor_nr": debtor, "cpn_name": name, "cpn_phone": phone}
            for code, debtor, name, phone in _CONTACT_PERSONS
        ],
        "freefields": [
            {"fld_entity": entity, "fld_name": name, "fld_type": "TEXT", "fld_order": str(place)}
            for entity, name, place in _FREE_FIELDS
        ],
        "forms": [{"name": name} for name in _FORMS],
        "materials": [
            {"code": code, "description": description, "price": price, "unit": unit}
            for code, description, price, unit in _MATERIALS
        ],
        "employees": [
            {"number": number, "firstname": first, "lastname": last, "active": "1"}
            for number, first, last in _EMPLOYEES
        ],
        "worktypes": [
            {"wrt_name": name, "wrt_description": name, "wrt_default_minutes": "60", "wrt_active": "1"}
            for name in _WORK_TYPES
        ],
        "paymentmethods": [{"pmd_description": name} for name in _PAYMENT_METHODS],
        "priorities": [{"code": code, "description": text} for code, text in _PRIORITIES],
        "workstatusses": [{"sta_code": code, "sta_name": name} for code, name in _WORK_STATUSES],
        "projects": [
            {
                "code": code,
                "debtor_number": debtor,
                "status": "Lopend",
                "name": name,
                "date_start": start,
                "active": "1",
            }
            for code, debtor, name, start in _PROJECTS
        ],
    }


def fill_with_example(host: Host) -> None:
    """Give the host the example firm's records; doing it again changes nothing."""
    for endpoint, records in example_records().items():
        host.masterdata.save(KINDS[endpoint], records)


def _relation(debtor: str, name: str, street: str, house_number: str, postal: str, city: str, contact: str) -> Record:
    return {
        "debtor_number": debtor,
        "name": name,
        "street": street,
        "house_number": house_number,
        "postal_code": postal,
        "city": city,
        "country": "Nederland",
        "contact": contact,
        "email": f"klant{debtor}@voorbeeld.example",
        "debtor_type": "particulier" if name.startswith("Familie ") else "zakelijk",
        "active": "1",
    }


def _address(code: str, debtor: str, street: str, postal: str, city: str, contact: str) -> Record:
    return {
        "adr_code": code,
        "adr_debtor_nr": debtor,
        "adr_line_1": street,
        "adr_zip": postal,
        "adr_city": city,
        "adr_country": "Nederland",
        "adr_cpn_code": contact,
    }


def _object(code: str, debtor: str, description: str, brand: str, model: str, year: int) -> Record:
    return {
        "obj_code": code,
        "obj_debiteur_nummer": debtor,
        "obj_description": description,
        "obj_adr_code": _ADDRESS_OF_OBJECT.get(code, ""),
        "obj_brand": brand,
        "obj_model": model,
        "obj_serialnumber": f"{code}-{year}",
        "obj_date_installation": f"{year}-05-01",
    }
