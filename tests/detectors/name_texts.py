"""Free text in French and English, with and without persons; as it stands in notes, tickets and descriptions."""

from __future__ import annotations

FRENCH_WITH = (
    (
        "Appel de Mme Sylvie Marchand ce matin, elle demande où en est sa commande et souhaite être "
        "rappelée avant vendredi."
    ),
    "Le colis a été remis à Jean-Pierre Lacombe, le voisin du deuxième étage, parce que la cliente était absente.",
    "Bonjour, je suis Karim Belkacem et je voudrais un remboursement pour la théière arrivée cassée hier.",
    "Réclamation transmise à Claire Dubosc du service après-vente, qui a promis une réponse dans la semaine.",
    "Madame Perrin a confirmé l'adresse de livraison et remercie toute l'équipe pour la rapidité de l'envoi.",
    "Thomas Vasseur a laissé un avis négatif, il faut le rappeler et lui proposer un bon de réduction.",
    "La facture doit être envoyée à Nathalie Roussel, la comptable, et non pas à l'adresse habituelle du magasin.",
    "Suite à notre conversation avec M. Olivier Gagnon, la livraison est reportée au début du mois prochain.",
)
FRENCH_WITHOUT = (
    "Très belle qualité, la livraison était soignée et le paquet bien emballé, je recommande cette boutique.",
    "Déçu par la couleur, bien plus pâle que sur la photo, et le tissu est assez fin pour le prix demandé.",
    "Le client demande un échange contre une taille plus grande et attend une réponse avant la fin du mois.",
    "Cette lampe en céramique émaillée éclaire doucement le salon et se marie avec tous les intérieurs modernes.",
    "Le colis est arrivé en trois jours, mais le carton était abîmé et un des bols était fendu sur le bord.",
    "Savon fabriqué à Marseille selon la méthode traditionnelle, sans colorant ni parfum, pour toute la famille.",
    "La commande a été annulée à la demande de la cliente, le remboursement sera fait sous dix jours ouvrés.",
    "Produit conforme à la description, envoi rapide depuis Lyon, rien à redire sur le service de la boutique.",
    "Notre atelier est ouvert du mardi au samedi, venez découvrir la nouvelle collection de printemps sur place.",
    "Le site ne fonctionne pas avec Firefox depuis la mise à jour, le bouton de paiement reste grisé à la fin.",
)
ENGLISH_WITH = (
    "Spoke to Mrs Hannah Whitlock this morning, she would like the refund to go back to her other account please.",
    "The parcel was left with the neighbour, a Mr Robert Hale, because nobody was at home on the two first tries.",
    "Hello, my name is Emily Fairweather and I am still waiting for the blue teapot that I ordered three weeks ago.",
    "Escalated the complaint to George Ashdown in accounts, who promised to look at it before the end of the week.",
    "Please send the invoice to Daniel Pemberton and not to the shop, the old address is no longer in use.",
    "Sarah Montrose called about the broken lamp, we agreed on a replacement and she will keep the old one.",
    "Delivery was signed for by Michael Haverford at the front desk, the customer says he does not know him.",
    "Dr. Anne Goldfarb asked us to remove her from the mailing list and to confirm this by letter.",
)
ENGLISH_WITHOUT = (
    "Lovely colour and it arrived early, the box was well packed and I would buy from this shop again.",
    "Smaller than expected and the handle feels a bit loose, but it was cheap and the delivery was quick.",
    "The customer asked for a larger size and will send the old one back as soon as the label is there.",
    "This hand made lamp gives a warm light and fits into any living room, from rustic to modern.",
    "The parcel was two days late and the box was wet, one of the bowls had a crack along the edge.",
    "Made in Sheffield from stainless steel, dishwasher safe and sold with a guarantee of ten years.",
    "The order was cancelled on request of the customer, the refund will be on the card within ten days.",
    "Works with Android and Windows, charges over USB and comes with a cable, an adapter and a small bag.",
    "Our workshop near Bristol is open from Tuesday to Saturday, come and see the new spring collection.",
    "The payment page does not load in Safari since the last update, the button stays grey until the end.",
)
GERMAN_WITH = (
    "Frau Regula Zgraggen hat heute angerufen und möchte wissen, wann die bestellte Lampe endlich geliefert wird.",
    "Das Paket wurde bei Herrn Stefan Hasselbach abgegeben, weil die Kundin an dem Tag nicht zu Hause war.",
)
LOGS = tuple(
    f"2024-11-{day:02d} 10:15:{day:02d} INFO worker started job 17 for John Smith in {day}.2 s, rows=1200 status=ok"
    for day in range(1, 9)
)
CODE = tuple(
    f"function f{n}(a, b) {{ return new Map(a.filter((one) => one.name === 'Anna Keller')); }} // John Smith wrote this"
    for n in range(8)
)
JSON = tuple(
    f'{{"id": {n}, "customer": {{"first": "Anna", "last": "Keller"}}, "note": "called back", "n": [1, 2]}}'
    for n in range(8)
)
TITLES = tuple(
    f"A Fateful Story of a Hunter And a Robot who must Fight a Butler in New Orleans, Part {n}" for n in "ABCDEFGH"
)
