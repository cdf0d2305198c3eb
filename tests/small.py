"""A configuration of a few lines, for tests that are not about what the project's own says: it is read in no time."""

from pathlib import Path

from samples.server import OUTLETS_FILE

FILES = {
    "topics.yaml": """\
lists:
  trade: [بيع, شراء]
  arms: [سلاح, أسلحة]
  embargo: [حظر]
  hardware: [منظومة, مقاتلة]
  law: [قانون]
topics:
  arms_deals:
    label: {ar: صفقات السلاح, en: Arms deals}
    description: {ar: نقل السلاح بين الدول., en: Transfers of weapons between states.}
    proof: [{near: [trade, arms], within: 3},
      {near: [embargo, [hardware, arms]], within: 14}, صفقة|صفقات السلاح|سلاح]
  caatsa:
    label: {ar: قانون مكافحة أعداء أميركا, en: CAATSA}
    description: {ar: القانون الأمريكي والعقوبات بموجبه., en: The American law and sanctions by it.}
    proof: [كاتسا]
    support: [{list: law}]
  sahel:
    label: {ar: الساحل, en: The Sahel}
    description: {ar: دول جنوب الصحراء., en: States south of the Sahara.}
    support: [{list: entities.countries.ML}]
""",
    "entities.yaml": """\
countries:
  DZ: {words: [الجزائر, جزائري]}
  ML:
    words: [=باماكو, جمهورية مالي]
    ambiguous:
      - words: [=مالي]
        not_after: [نهر, دعم]
weapons:
  S-400: {label: {ar: إس-400, en: S-400}, class: air defence, maker: RU, words: [إس-400, S-400]}
""",
    "alerts.yaml": """\
alerts:
  arms_deals:
    name: {ar: صفقات السلاح, en: Arms deals}
    topics: [arms_deals]
  caatsa:
    name: {ar: عقوبات كاتسا, en: CAATSA sanctions}
    topics: [caatsa]
""",
    "synonyms.yaml": """\
synonyms:
  - [سلاح, أسلحة]
""",
}


def small_configuration(folder: Path) -> Path:
    """Writes it below a folder, with the sample outlets; gives the folder that it is in."""
    config = folder / "config"
    config.mkdir()
    for name, text in FILES.items():
        (config / name).write_text(text, encoding="utf-8")
    (config / "outlets.yaml").write_bytes(OUTLETS_FILE.read_bytes())
    return config
