"""The words that the shop's people, places and goods are made of."""

from __future__ import annotations

FIRST = {
    "FR": (
        "Camille",
        "Léa",
        "Manon",
        "Chloé",
        "Inès",
        "Jeanne",
        "Zoé",
        "Hugo",
        "Louis",
        "Jules",
        "Gaël",
        "Adèle",
        "Noé",
        "Théo",
        "Rémi",
        "Benoît",
        "Cécile",
        "Élodie",
        "Françoise",
        "Marguerite",
    ),
    "CH": (
        "Lara",
        "Mia",
        "Noah",
        "Luca",
        "Jürg",
        "Urs",
        "Heidi",
        "Reto",
        "Ruedi",
        "Céline",
        "Beat",
        "Regula",
        "Björn",
        "Annemarie",
        "Matteo",
        "Chiara",
    ),
    "CA": (
        "Olivia",
        "Liam",
        "Émile",
        "Mathis",
        "Charlotte",
        "William",
        "Rosalie",
        "Ethan",
        "Maeve",
        "Logan",
        "Océane",
        "Brielle",
        "Wyatt",
        "Sienna",
    ),
}
LAST = {
    "FR": (
        "Martin",
        "Bernard",
        "Lefèvre",
        "Moreau",
        "Girard",
        "Rousseau",
        "Blanchet",
        "Gauthier",
        "Perrin",
        "Marchand",
        "D'Aubigné",
        "Le Goff",
        "Fontaine",
        "Chevalier",
        "Garnier",
        "Besnard",
    ),
    "CH": (
        "Müller",
        "Meier",
        "Schmid",
        "Keller",
        "Rochat",
        "Favre",
        "Bühler",
        "Zürcher",
        "Bernasconi",
        "Jaquet",
        "Brändli",
        "Egli",
        "Steiner",
    ),
    "CA": (
        "Tremblay",
        "Gagnon",
        "Roy",
        "Côté",
        "Bouchard",
        "MacDonald",
        "O'Brien",
        "Singh",
        "Nguyen",
        "Campbell",
        "Pelletier",
        "Fraser",
    ),
}
STREETS = {
    "FR": ("rue des Lilas", "avenue de la Gare", "impasse du Moulin", "boulevard Voltaire", "place de l'Église"),
    "CH": ("Bahnhofstrasse", "rue du Rhône", "via Nassa", "Seeweg", "chemin des Vignes"),
    "CA": ("rue Saint-Denis", "Maple Street", "chemin du Lac", "King Street West", "avenue du Parc"),
}
TOWNS = {
    "FR": (("75011", "Paris"), ("69003", "Lyon"), ("35000", "Rennes"), ("67000", "Strasbourg"), ("13006", "Marseille")),
    "CH": (("8001", "Zürich"), ("1204", "Genève"), ("6900", "Lugano"), ("3011", "Bern"), ("1003", "Lausanne")),
    "CA": (("H2X 1Y4", "Montréal"), ("G1R 2J6", "Québec"), ("M5V 2T6", "Toronto"), ("K1P 1J1", "Ottawa")),
}
MAIL_DOMAINS = ("example.org", "example.com", "example.net", "mail.example.org", "post.example.com", "courriel.example")
"""All reserved by RFC 2606: nobody receives what is sent there."""

GOODS = ("théière", "bougie", "carnet", "plaid", "bol", "savon", "lampe", "panier", "affiche", "coussin", "radio")
COLOURS = ("bleu", "vert", "ocre", "blanc", "noir", "rouge", "lin", "sable")
SUPPLIERS = ("Ateliers du Bol", "Savonnerie Vauban", "Papiers & Cie", "Lumen SA", "Laines du Nord", "Boréal inc.")
BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
)
PRAISE = {
    "fr": ("Très belle qualité, la livraison était soignée.", "Déçu par la couleur, plus pâle que sur la photo.",
           "Arrivé en 3 jours, l'emballage fait 30 x 20 cm.", "Parfait pour un cadeau de Noël à 24,90 €."),
    "en": ("Lovely, and it arrived early.", "Smaller than expected: 12.5 cm instead of 15.",
           "Second one I buy, still in love with it.", "Fine, though order 10023 came without the lid."),
}  # fmt: skip
