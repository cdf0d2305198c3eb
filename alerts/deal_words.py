"""What the report says of deals, in each language that it is written in."""

from typing import get_args

from alerts.report_words import Language
from rasid.records import DealStage

HEADINGS: dict[Language, dict[str, str]] = {
    "ar": {
        "deals": "الصفقات",
        "supplier": "المورّد",
        "recipient": "المتلقي",
        "weapons": "السلاح",
        "quantity": "العدد",
        "value": "القيمة",
        "stage": "المرحلة",
        "told": "الخبر",
        "unknown": "؟",
        "caatsa": "كاتسا",
        "more": "وغيره",
    },
    "en": {
        "deals": "Deals",
        "supplier": "From",
        "recipient": "To",
        "weapons": "Weapons",
        "quantity": "How many",
        "value": "Worth",
        "stage": "Stage",
        "told": "As told",
        "unknown": "?",
        "caatsa": "CAATSA",
        "more": "and more",
    },
}
STAGES: dict[Language, dict[DealStage, str]] = {
    "ar": {
        "talks": "محادثات",
        "requested": "طلب",
        "approved": "موافقة",
        "signed": "توقيع",
        "paid": "دفع",
        "delivered": "تسليم",
        "suspended": "معلّقة",
        "cancelled": "ملغاة",
        "embargo": "حظر",
    },
    "en": {stage: stage for stage in get_args(DealStage)},
}
