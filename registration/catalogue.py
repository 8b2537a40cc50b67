"""The Hungarian sentences of `errors.py`, and the Hungarian words that fill their blanks."""

from typing import Final

from registration.input_rules import InputRule
from registration.statuses import Status

HUNGARIAN: Final[dict[str, str]] = {
    "UgyfelkapuError": "Hiba történt.",
    "InvalidInput": "{field}: {rule}.",
    "Refusal": "A kérést elutasítottuk.",
    "NotAccepted": "„{status}” állapotban a regisztráció nem fogadja ezt: {message}; lehetséges helyette: {instead}.",
    "NotAllowed": "Ezt az üzenetet ({message}) ilyen szereplő nem küldheti: {actor}.",
    "EvidenceMissing": "Személyes ügyintézés ({message}) csak bizonyítékkal lehetséges: okmány fajtája, száma, "
    "hozzájárulás.",
    "NotFound": "Nincs ilyen regisztráció.",
    "UserNameTaken": "user_name: ez a felhasználói név már foglalt; válasszon másikat.",
    "CodeNotLive": "Ez a kód már nem él: beváltották, újabb váltotta fel, vagy lejárt az ideje; kérjen új kódot.",
    "WrongCode": "Hibás felhasználói név vagy kód; a felhasználói név a regisztrációs nyugtán áll, nyugta nélkül "
    "bármelyik regisztrációs szerv közli a személyazonosság igazolása után.",
    "WrongPair": "Hibás felhasználói név vagy e-mail cím; a felhasználói név a regisztrációs nyugtán áll, nyugta "
    "nélkül bármelyik regisztrációs szerv közli az adatokat a személyazonosság igazolása után.",
    "WrongPassword": "Hibás felhasználói név vagy jelszó; ha még nem váltotta be a kódját, előbb azt tegye meg; a "
    "felhasználói név a regisztrációs nyugtán áll, nyugta nélkül bármelyik regisztrációs szerv közli a "
    "személyazonosság igazolása után.",
    "TooManyGuesses": "Túl sok hibás próbálkozás erről a címről; várjon {seconds} másodpercet.",
    "LogInRefused": "A jelszó helyes, de a regisztráció állapota „{status}”: belépés nem lehetséges.",
    "RequestACode": "A jelszava lejárt; {deadline}-ig kérjen kódot, és válasszon új jelszót.",
    "VisitABody": "A regisztrációja inaktív; az aktiválását személyesen kérheti bármelyik regisztrációs szervnél.",
    "SignatureChannelClosed": "Elektronikus aláírással itt nem lehet regisztrálni: nincs beállítva megbízható "
    "hitelesítésszolgáltató; regisztráljon online vagy személyesen.",
    "SignatureRefused": "Az elektronikus aláírást elutasítottuk.",
    "SignatureUnreadable": "Az aláírás nem olvasható: az űrlap pontos bájtjai fölötti különálló CAdES aláírás (DER) "
    "kell, vagy PAdES aláírású, jelszó nélküli PDF, amelynek egyetlen csatolmánya az űrlap.",
    "NotOneSignature": "Az űrlapon pontosan egy aláírásnak kell lennie, a kérelmezőének.",
    "SignatureIncomplete": "Az aláírás nem fedi le mindazt, amit beküldtek: a PDF az aláírás után megváltozott vagy "
    "bővült.",
    "SignatureBroken": "Az aláírás nem ehhez az űrlaphoz tartozik: az űrlap, az aláírás vagy a tanúsítvány az aláírás "
    "után megváltozott.",
    "SignatureUnbound": "Az aláírás nem nevezi meg a tanúsítványát (signing-certificate attribútum): nem CAdES és nem "
    "PAdES aláírás.",
    "WeakSignature": "Az aláírás vagy a tanúsítvány már nem biztonságos algoritmust vagy kulcsot használ: legalább "
    "SHA-256 kell, 2048 bites RSA vagy 256 bites elliptikus görbe mellett.",
    "UnknownAuthority": "Az aláíró tanúsítványa nem megbízható: nem itt elfogadott hitelesítésszolgáltató adta ki.",
    "CertificateNotYetValid": "Az aláíró vagy a hitelesítésszolgáltató tanúsítványa még nem érvényes.",
    "CertificateExpired": "Az aláíró vagy a hitelesítésszolgáltató tanúsítványa lejárt.",
    "CertificateRevoked": "Az aláíró vagy a hitelesítésszolgáltató tanúsítványát visszavonták.",
    "RevocationUnknown": "Nem állapítható meg, hogy az aláíró tanúsítványát visszavonták-e: nincs itt hatályos "
    "visszavonási lista a hitelesítésszolgáltatójától.",
    "NotASigningCertificate": "A tanúsítvány nem személy aláírására szolgál: más célra adták ki, például weblaphoz, "
    "szervezet bélyegzőjéhez vagy hitelesítésszolgáltatónak.",
    "SimpleSignature": "Az aláírás nem éri el a fokozott biztonságot: a tanúsítványát azonosításra adták ki, nem "
    "nyilatkozattételre (hiányzik a nonRepudiation kulcshasználat).",
    "WrongSigner": "A tanúsítvány nem azt a személyt nevezi meg, akit az űrlap: a családi névnek és az utónévnek "
    "egyeznie kell, és a születési időnek is, ha a tanúsítványban szerepel.",
    "SignatureUsed": "Ezzel az aláírt űrlappal már nyílt regisztráció; töltsön ki és írjon alá egy újat.",
    "Unavailable": "A szolgáltatás jelenleg nem válaszol; amit már elfogadott, magától folytatódik, próbálja később.",
    **{str(status): status.hungarian for status in Status},
    InputRule.REQUIRED: "meg kell adni",
    InputRule.UNKNOWN_FIELD: "nem mezője ennek az űrlapnak",
    InputRule.TEXT: "1–{most} karakteres szöveg lehet, vezérlőkarakterek nélkül",
    InputRule.ONE_OF: "csak ezek egyike lehet: {choices}",
    InputRule.DATE: "ÉÉÉÉ-HH-NN alakú dátum kell, nem a jövőben",
    InputRule.EMAIL: "teljes, levelet fogadni képes e-mail cím kell",
    InputRule.IDENTIFIER: "1–64 betű, számjegy, pont, kötőjel vagy aláhúzás lehet",
    InputRule.USER_NAME_LENGTH: "4–64 karakterből kell állnia",
    InputRule.USER_NAME_CHARACTERS: "csak a magyar ábécé betűi, számjegyek, pont és aláhúzás lehet benne",
    InputRule.USER_NAME_VARIETY: "legalább 3 különböző karaktert kell tartalmaznia",
    InputRule.PASSWORD_LENGTH: "8–128 karakterből kell állnia",
    InputRule.PASSWORD_COMMON: "túl gyakori; válasszon másikat",
    InputRule.PASSWORD_USER_NAME: "nem egyezhet a felhasználói névvel",
    InputRule.VALIDITY: "{least}–{most} nap lehet",
    InputRule.EXTENSION: "későbbi legyen a mostani érvényesség végénél és a jelennél is, de legfeljebb {years} évvel",
    InputRule.UUID: "UUID kell",
    InputRule.FOREIGN: "másik regisztrációhoz használták",
    InputRule.IP_ADDRESS: "IP-cím kell",
    InputRule.JSON: "UTF-8 kódolású JSON-objektum kell",
    InputRule.DURATION: "időtartam kell, például 30d, 12h, 45m vagy 90s",
    InputRule.TIME: "dátum vagy időpont kell: ÉÉÉÉ-HH-NN vagy ÉÉÉÉ-HH-NNTÓÓ:PP időzónával",
    InputRule.POLICY: "{version} feletti verzió kell, pozitív időtartamokkal",
    "CITIZEN": "ügyfél",
    "CLERK": "ügyintéző",
    "SUPERVISOR": "felügyelő",
    "AUDITOR": "ellenőr",
    "OPERATOR": "üzemeltető",
    "SYSTEM": "rendszer",
}
