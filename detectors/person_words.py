"""Words of columns' names that tell a person's name from a product's, a file's or a table's; en, fr, de, it."""

from __future__ import annotations

from detectors.text import words

SURE = words(
    "prenom prenoms firstname lastname surname surnames givenname givennames forename familyname middlename"
    " maidenname birthname fname lname vorname vornamen nachname nachnamen familienname geburtsname rufname cognome"
    " cognomi nomfamille nomdefamille nomusage nomdusage nomnaissance nomdenaissance nomjeunefille patronyme fullname"
    " nomcomplet nomprenom prenomnom nometprenom prenometnom nomecognome cognomenome"
)
"""What only a person has."""
BARE = words("nom noms name names nome nomi namen")
"""Which a product has as well: the values, or the columns beside, have to tell."""
ROLES = words(
    "author auteur autore autor verfasser contact contatto kontakt kontaktperson ansprechpartner customer client"
    " cliente kunde patient paziente employee employe salarie dipendente mitarbeiter owner proprietaire inhaber holder"
    " titulaire cardholder accountholder beneficiary beneficiaire beneficiario recipient destinataire destinatario"
    " empfanger sender expediteur mittente absender member membre mitglied membro student etudiant eleve teacher"
    " person personne persona guest gast invite ospite tenant locataire mieter subscriber abonne buyer acheteur"
    " passenger passager manager gerant responsable participant teilnehmer partecipante doctor medecin arzt signatory"
    " signataire director actor composer witness spouse conjoint candidate candidat applicant"
)
"""Who somebody is to others; companies are, too."""
OF_NAMES = words("billing shipping delivery facturation livraison display emergency")
"""What makes a bare name a person's, and says nothing by itself."""
LOGINS = words("username userlogin utilisateur benutzername nomutente nomutilisateur")
"""Where people write their name, or anything else."""
OTHER = words(
    "account action address adresse adresses agency album amount app application artikel article articolo asset"
    " azienda band bank banque banca book brand bucket building campaign canton categorie categories category channel"
    " city class code color colour column commune company compte comune constraint controller cookie count country"
    " course couleur currency cv database date datei department departement device dir directory district domain"
    " domaine dossier ecole email energy entreprise enterprise etat event extension fabricant farbe fax feature"
    " fichier field file filename film firm firma firme folder font form format formation fonction function game genre"
    " group groupe gruppe handle hash hersteller hook host hostname hotel id ids image index ip item job key keyword"
    " kind label lang langue language layout level library lien link liste list locale login mail marca marche mark"
    " marque marke media medicament menu method mode model modele module movie museum nationality nick nickname number"
    " no node nr num numero object option ordner org organisation organisme organization package page parameter param"
    " parent partner password path pays permission phone photo picture place plan playlist plugin population pos"
    " position prefix price prix process prodotto produit product produkt program project projet projekt property"
    " provider pseudo pseudonym queue raison recipe region reports resource restaurant role room route rubrique rue"
    " salutation schema school section sector serie series server service setting shop site size slug society societe"
    " societa software song source species stadt stage state station status step store street strasse style subject"
    " suffix supplier symbol system table tag task tax team tel telephone template term theme thumb time title titel"
    " titolo titre token tool topic town track type typ uid unit url uri userpass uuid vendor fournisseur lieferant"
    " fornitore version video view ville volume website widget zip zone screen"
)
"""Whose name it is where it is no person's, and what of a person is no name."""

GOODS = words(
    "price prices prix preis prezzo sku stock ean gtin isbn barcode quantity quantite menge weight poids gewicht"
    " manufacturer brand marque unitprice productid colour color size"
)
"""Words of the columns beside a name that make it a product's."""

REACHED = words(
    "email mail courriel phone telephone tel mobile natel iban birthdate birthday geburtsdatum datenaissance"
)
"""Words of the columns beside a bare name that speak for a person or a firm, and against a thing."""
