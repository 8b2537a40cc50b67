"""The Hungarian sentences of `errors.py`, and the words of both languages that fill their blanks."""

from typing import Final

from registration.input_rules import InputRule
from registration.operations import ACTS
from registration.signer_rules import SignerRule
from registration.statuses import Status

HUNGARIAN: Final[dict[str, str]] = {
    "UgyfelkapuError": "Hiba történt.",
    "InvalidInput": "{field}: {rule}.",
    "Refusal": "A kérést elutasítottuk.",
    "NotAccepted": "„{status}” állapotban ez nem lehetséges: {message}; lehetséges helyette: {instead}.",
    "AlreadyReactivated": "Ezt a regisztrációt már újraaktiválta {clerk} ({office} hivatal) {at}-kor (budapesti idő "
    "szerint); az új kód magától kiment.",
    "NotAllowed": "Erre {actor} nem jogosult: {message}.",
    "EvidenceMissing": "Személyes ügyintézés ({message}) csak bizonyítékkal lehetséges: okmány fajtája, száma, "
    "hozzájárulás.",
    "StaffDisabled": "Ez az azonosító már nem járhat el: az üzemeltető letiltotta.",
    "OfficeNotOpen": "A(z) {office} hivatal zárva van vagy ismeretlen: nevében nem lehet eljárni.",
    "NotFound": "Nincs ilyen regisztráció.",
    "NoSuchLetter": "A regisztráció kézbesítetlen levelei között nincs ilyen.",
    "LetterOutOfDate": "A levél ({letter}) idejét múlta: amit közöl, „{status}” állapotban már nem igaz.",
    "UserNameTaken": "user_name: ez a felhasználói név már foglalt; válasszon másikat.",
    "CodeNotLive": "Ez a kód már nem él: beváltották, újabb váltotta fel, vagy lejárt az ideje; kérjen új kódot.",
    "WrongCode": "Hibás felhasználói név vagy kód; a felhasználói név a regisztrációs nyugtán áll, nyugta nélkül "
    "kérje személyesen bármelyik regisztrációs szervnél, amely előbb ellenőrzi a személyazonosságát.",
    "WrongPair": "Hibás felhasználói név vagy e-mail cím; mindkettőt karakterre pontosan úgy írja be, ahogy "
    "regisztrálta; a felhasználói név a regisztrációs nyugtán áll, nyugta nélkül az adatokat kérje személyesen "
    "bármelyik regisztrációs szervnél, amely előbb ellenőrzi a személyazonosságát.",
    "WrongPassword": "Hibás felhasználói név vagy jelszó; ha még nem váltotta be a kódját, előbb azt tegye meg; a "
    "felhasználói név a regisztrációs nyugtán áll, nyugta nélkül kérje személyesen bármelyik regisztrációs szervnél, "
    "amely előbb ellenőrzi a személyazonosságát.",
    "TooManyGuesses": "Túl sok próbálkozás; várjon {seconds} másodpercet.",
    "RedeemFirst": "Túl sok egymás utáni hibás jelszó erről a címről; kérjen kódot, és innen beváltva válasszon új "
    "jelszót, vagy lépjen be egy másik címről.",
    "NotCheckpointed": "Ez egyetlen ellenőrzési pontban sincs benne: készítsen egyet az `ugyfelkapu audit checkpoint` "
    "paranccsal ott, ahol az UGYFELKAPU_CHECKPOINT_FOLDER és az UGYFELKAPU_CHECKPOINT_KEYS be van állítva.",
    "CheckpointsDamaged": "Az ellenőrzési pontok egyik fájlja hiányzik, vagy nem az, amit aláírtak: az "
    "`ugyfelkapu audit verify --all` megnevezi; állítsa vissza egy másolatból.",
    "AssertionRefused": "Ehhez az ügyfél saját, legfeljebb 5 perce történt belépésének igazolása kell; léptesse be "
    "újra az ügyfelet.",
    "NoSuchExtension": "Nincs ilyen tömeges meghosszabbítás.",
    "SecondPersonNeeded": "A meghosszabbítást nem hagyhatja jóvá az, aki kérte: másik személynek kell jóváhagynia.",
    "ExtensionNotApproved": "A meghosszabbítást még nem hagyták jóvá; ezt másik személynek kell megtennie, nem annak, "
    "aki kérte.",
    "ExtensionNotRunning": "A meghosszabbítás nem fut: még nem indították el, vagy már kész.",
    "AlreadyVerified": "A személyazonosságot már ellenőrizték: {clerk} ({office} hivatal), {at} (budapesti idő "
    "szerint); nincs több teendő vele.",
    "NotCutOff": "A regisztráció munkafolyamata nem szakadt meg: fut, véget ért, vagy a Temporal nem őrzi; nincs mit "
    "visszaállítani.",
    "RecordedBehind": "A visszaállítás újra eldöntené a már naplózott {sequence}. eseményt; a teendőt a "
    "docs/operations.md írja le.",
    "IdempotencyKeyReused": "Idempotency-Key: ez a kulcs korábban más kéréssel érkezett; minden kéréshez új kell.",
    "KeyNotEverywhere": "A(z) {key} kulcsot nem minden futó folyamat ismeri még ({processes}); előbb adja meg "
    "mindegyiknek, az UGYFELKAPU_MASTER_KEYS második helyén, és indítsa újra őket.",
    "RequestInProgress": "Ugyanezen a kérésen még dolgozunk; próbálja újra néhány másodperc múlva.",
    "LogInRefused": "A jelszó helyes, de a regisztráció állapota „{status}”: belépés nem lehetséges.",
    "RequestACode": "A jelszava lejárt; {deadline}-ig (budapesti idő szerint) kérjen kódot, és válasszon új jelszót.",
    "RedeemTheCode": "A regisztrációját újraaktiválták; {deadline}-ig (budapesti idő szerint) váltsa be az e-mail "
    "címére küldött kódot, és válasszon új jelszót; ha nincs meg a kód, kérje újra.",
    "VisitABody": "A regisztrációja inaktív; az aktiválását személyesen kérheti bármelyik regisztrációs szervnél.",
    "SignatureChannelClosed": "Elektronikus aláírással itt nem lehet regisztrálni: nincs beállítva megbízható "
    "hitelesítésszolgáltató; regisztráljon online vagy személyesen.",
    "SignatureRefused": "Az elektronikus aláírást elutasítottuk.",
    "SignatureUnreadable": "Az aláírás nem olvasható: az űrlap pontos bájtjai fölötti CAdES aláírás (DER vagy BER) "
    "kell, vagy PAdES aláírású, jelszó nélküli PDF, amelynek egyetlen csatolmánya az űrlap.",
    "SignedFormTooLarge": "Az aláírt űrlap túl nagy: az aláírt PDF, az űrlap és az aláírása egyenként legfeljebb "
    "{most} bájt lehet.",
    "FormNotAttached": "Az aláírt PDF-ben nincs benne az űrlap: az űrlap JSON-ja legyen az egyetlen csatolmánya, és "
    "még a PDF aláírása előtt kell csatolni.",
    "NotOneSignature": "Az űrlapon pontosan egy aláírásnak kell lennie, a kérelmezőének.",
    "SignatureIncomplete": "Az aláírás nem fedi le mindazt, amit beküldtek: a PDF az aláírás után megváltozott, vagy "
    "időbélyegnél több került bele.",
    "SignatureBroken": "Az aláírás nem ehhez az űrlaphoz tartozik: az űrlap, az aláírás vagy a tanúsítvány az aláírás "
    "után megváltozott.",
    "SignatureUnbound": "Az aláírás nem nevezi meg a tanúsítványát (signing-certificate attribútum): nem CAdES és nem "
    "PAdES aláírás.",
    "CertificateMissing": "Az aláírásban nincs benne az aláíró tanúsítványa: aláíráskor csatolni kell.",
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
    "WrongSigner": "A tanúsítvány nem azt a személyt nevezi meg, akit az űrlap: {rule}.",
    "SignatureUsed": "Ezzel az aláírt űrlappal már nyílt regisztráció; töltsön ki és írjon alá egy újat.",
    "BeforeTheBeginning": "Akkor a regisztráció még nem létezett; a naplója ekkor kezdődik: {begins} (budapesti idő).",
    "BeyondTheRecord": "A napló addig nem ér el: nincs benne, aminek {due} időpontban (budapesti idő) kellett "
    "megtörténnie.",
    "RecordUnreadable": "A napló {sequence}. eseménye nem olvasható: valaki megváltoztatta; hogy mi nem egyezik, azt "
    "az `ugyfelkapu audit verify` mondja meg.",
    "Unavailable": "A szolgáltatás jelenleg nem válaszol; amit már elfogadott, magától folytatódik, próbálja később.",
    "HttpRefusal": "A kérést elutasítottuk.",
    "HttpTrouble": "A kérésre nem tudunk válaszolni.",
    "Unauthenticated": "Érvényes bearer token kell: a kibocsátó írta alá, ennek a szolgáltatásnak szól, és nem "
    "járt le.",
    "WrongRole": "A tokenben nincs meg a művelethez szükséges szerepkör.",
    "RolesExcludeEachOther": "A tokenben olyan szerepkörök vannak, amelyek kizárják egymást; csak a clerk és a "
    "supervisor fér össze.",
    "OfficeNeeded": "Az ügyintéző és a felettese egy hivatal nevében jár el; a token nem nevez meg hivatalt.",
    "NoSuchPath": "Ezen a címen nincs semmi.",
    "NoSuchCheckpoint": "Nincs ilyen számú ellenőrzési pont.",
    "MethodNotAllowed": "Ez a cím nem ismeri ezt a metódust; az Allow fejléc sorolja fel, melyeket ismeri.",
    "MalformedRequest": "A kérés nem felel meg a HTTP/1.1 (RFC 9112) szabályainak, vagy a hossza kétféleképpen "
    "érthető.",
    "RequestTimeout": "A kérés nem érkezett meg egészében a rá szánt idő alatt.",
    "BodyTooLarge": "A kérés törzse nagyobb 256 KB-nál, regisztrációé 768 KB-nál.",
    "NotJson": "A Content-Type csak application/json lehet.",
    "HeadTooLarge": "A kérés sora és fejlécei együtt nagyobbak 16 KB-nál.",
    "Unexpected": "Nálunk történt hiba; nem tudni, hogy a kérés teljesült-e.",
    "NotReady": "Az adatbázis, a Temporal vagy a tokenek kiállítójának kulcsai nem érhetők el, vagy a telepítés "
    "nincs előkészítve.",
    "TooManyConnections": "Ez a folyamat annyi kapcsolaton dolgozik, amennyin csak szabad neki.",
    **{str(status): status.hungarian for status in Status},
    SignerRule.PSEUDONYM: "személy helyett álnevet nevez meg",
    SignerRule.FAMILY_NAME: "a vezetékneve nem az űrlap családi neve",
    SignerRule.GIVEN_NAME: "az utóneve nem az űrlap utóneve; két utónévből mindkettőnek benne kell lennie, ugyanabban "
    "a sorrendben",
    SignerRule.COMMON_NAME: "egyetlen neve van, és az nem az űrlap családi neve, majd utóneve",
    SignerRule.SEVERAL_NAMES: "több vezetékneve vagy teljes neve van, és nem mondja meg, melyik az érvényes",
    SignerRule.NO_NAME: "nem nevez meg személyt",
    SignerRule.WESTERN_ORDER: "nem mondja meg, melyik a családi név, és az áll benne hátul; születési idő nélkül ez "
    "más személy is lehetne",
    SignerRule.WITHOUT_ACCENTS: "ékezetek nélkül írja a nevet; születési idő nélkül ez más személy is lehetne",
    SignerRule.BIRTH_DATE: "a születési ideje nem az űrlapé",
    InputRule.REQUIRED: "meg kell adni",
    InputRule.UNKNOWN_FIELD: "nem mezője ennek az űrlapnak",
    InputRule.UNKNOWN_PARAMETER: "nem paramétere ennek a műveletnek",
    InputRule.TEXT: "1–{most} karakteres szöveg lehet, vezérlőkarakterek nélkül",
    InputRule.ONE_OF: "csak ezek egyike lehet: {choices}",
    InputRule.DATE: "ÉÉÉÉ-HH-NN alakú dátum kell, nem a jövőben",
    InputRule.BIRTH_DATE: "születési idő kell ÉÉÉÉ-HH-NN alakban, nem korábbi, mint {earliest}",
    InputRule.EMAIL: "teljes, levelet fogadni képes e-mail cím kell",
    InputRule.MIXED_SCRIPTS: "többféle írás hasonló betűi keverednek benne, például latin és cirill; írja be egyféle "
    "billentyűzettel",
    InputRule.IDENTIFIER: "1–64 betű, számjegy, pont, kötőjel vagy aláhúzás lehet",
    InputRule.SUBJECT: "1–255 ékezet nélküli betű, számjegy vagy ezek egyike lehet: ._-:|=~+",
    InputRule.DIGEST: "64 hexadecimális számjegyű SHA-256 kell",
    InputRule.MESSAGE: "egyetlen JSON-objektum kell, az üzenet mezőivel",
    InputRule.IDENTITY_CARD_NUMBER: "magyar személyazonosító igazolvány száma kell: 6 számjegy és 2 betű, például "
    "123456AB, a régebbié például AU-III 123456; más ország polgára útlevelet mutat be",
    InputRule.PASSPORT_NUMBER: "útlevél száma kell: 2 betű és 6 vagy 7 számjegy, például AB1234567; más országé 6–9 "
    "betű és számjegy",
    InputRule.DRIVING_LICENCE_NUMBER: "kártyaformátumú vezetői engedély száma kell: 2 betű és 6 számjegy, például "
    "AB123456",
    InputRule.PRESENT_ADDRESS: "már ez a regisztrált cím",
    InputRule.USER_NAME_LENGTH: "4–64 karakterből kell állnia",
    InputRule.USER_NAME_CHARACTERS: "csak a magyar ábécé betűi, számjegyek, pont és aláhúzás lehet benne",
    InputRule.USER_NAME_VARIETY: "legalább 3 különböző karaktert kell tartalmaznia",
    InputRule.PASSWORD_LENGTH: "8–128 karakterből kell állnia",
    InputRule.PASSWORD_BLANK: "nem állhat csupa szóközből",
    InputRule.PASSWORD_COMMON: "túl gyakori; válasszon másikat",
    InputRule.PASSWORD_USER_NAME: "nem egyezhet a felhasználói névvel",
    InputRule.VALIDITY: "{least}–{most} nap lehet",
    InputRule.EXTENSION: "későbbi legyen a mostani érvényesség végénél és a jelennél is, de legfeljebb {years} évvel",
    InputRule.RATE: "másodpercenként {least}–{most} lehet",
    InputRule.UUID: "UUID kell",
    InputRule.FOREIGN: "másik regisztrációhoz használták",
    InputRule.IP_ADDRESS: "csak az ügyfél IP-címe lehet, például 192.0.2.7 vagy 2001:db8::7, port nélkül",
    InputRule.JSON: "UTF-8 kódolású JSON-objektum kell",
    InputRule.DURATION: "időtartam kell, például 30d, 12h, 45m vagy 90s",
    InputRule.TIME: "dátum kell (ÉÉÉÉ-HH-NN), vagy időpont (ÉÉÉÉ-HH-NNTÓÓ:PP) eltolással, például +01:00, amely csak "
    "parancs kapcsolójánál maradhat el",
    InputRule.CLOCKS_CHANGE: "óraátállításkor ez az időpont Budapesten kimarad vagy kétszer van: adjon meg eltolást, "
    "például +01:00",
    InputRule.MONTH: "hónap kell: ÉÉÉÉ-HH",
    InputRule.SPAN_ORDER: "a vége későbbi legyen a kezdetnél (since)",
    InputRule.POLICY: "{version} feletti verzió kell, pozitív időtartamokkal",
    InputRule.COLUMNS: "pontosan ezek az oszlopok kellenek: {columns}",
    InputRule.DELIMITED: 'az oszlopait más karakter választja el: adja meg: --delimiter "{delimiter}"',
    InputRule.IN_UTF_16: "UTF-16 kódolású: adja meg: --encoding {encoding}",
    InputRule.IN_UTF_32: "UTF-32 kódolású, ez nem olvasható be: mentse UTF-8 kódolással",
    InputRule.ENCODED: "nem {encoding} kódolású: adja meg az --encoding kapcsolóval, ezek egyike: {encodings}",
    InputRule.CSV_LINE: "{count} mező kell, „{delimiter}” jellel elválasztva, idézőjel pedig csak egész "
    "mező körül állhat",
    InputRule.LINE_BREAK: "idézőjelet nyit, de nem zár be: egy mezőben sem lehet sortörés",
    InputRule.SWALLOWED: "egy olyan mező idézőjelei között áll, amely a(z) {line}. sorban kezdődik: egy mezőben sem "
    "lehet sortörés",
    InputRule.LONG_LINE: "legfeljebb {most} karakter lehet",
    InputRule.UNREADABLE: "nem olvasható",
    InputRule.REPEATED: "már szerepel a(z) {line}. sorban",
    InputRule.LATEST: "legfeljebb {years} évvel későbbi lehet",
    InputRule.NOT_PAST: "már el kellett múlnia, mert az állapot „{status}”",
    InputRule.LONG_PAST: "nem múlhatott el {days} napnál régebben: az ilyen fiók állapota „{status}”",
    InputRule.HASH: "argon2-, PBKDF2- (SHA-256 vagy SHA-512), bcrypt- (magából a jelszóból, nem az "
    "SHA-256 összegéből) vagy SSHA-lenyomat kell, ahogyan a Keycloak, a Django, a passlib vagy az LDAP írja",
    InputRule.HASH_COST: "legfeljebb {iterations} PBKDF2-ismétlés, {passes} argon2-menet {mebibytes} MiB és {lanes} "
    "szál mellett, illetve 2 a {rounds}. hatványon bcrypt-kör lehet",
    InputRule.STRING: "szöveg kell",
    InputRule.WHOLE_NUMBER: "egész szám kell",
    InputRule.WHOLE_NUMBER_WITHIN: "{least} és {most} közötti egész szám kell",
    InputRule.WHOLE_NUMBERS: "{least} és {most} közötti egész számok listája kell",
    InputRule.OBJECT: "JSON-objektum kell",
    InputRule.NOT_ACCEPTED: "ilyen értéket nem fogad el",
    InputRule.BASE64: "base64 kódolás kell",
    InputRule.RECEIPT_NUMBER: "nyugtaszám kell, NNNN-NNNN-NNN alakban",
    InputRule.CHECK_DIGIT: "elírás: az utolsó, ellenőrző számjegy nem illik a többihez",
    InputRule.REFERENCE: "egy regisztráció azonosítója vagy nyugtájának száma kell; másra a keresés való",
    InputRule.ONE_CRITERION: "pontosan egy szempont kell: receipt_number, user_name, email, vagy együtt birth_name, "
    "birth_date és mothers_birth_name",
    InputRule.OWN_ACT: "a saját hivatala olyan eseményének száma kell, amelyhez bizonyíték tartozik: {numbers}",
    InputRule.ONE_LIST: "vagy csak ezt kell megadni, vagy helyette egy hivatalt egy nappal",
    InputRule.NOT_YOURSELF: "nem lehet a saját azonosítója",
    InputRule.IDEMPOTENCY_KEY: "1–255 látható ASCII-karakter lehet",
    "CITIZEN": "ügyfél",
    "CLERK": "ügyintéző",
    "SUPERVISOR": "felügyelő",
    "AUDITOR": "ellenőr",
    "OPERATOR": "üzemeltető",
    "SYSTEM": "rendszer",
    **{name: words.hungarian for name, words in ACTS.items()},
}

ENGLISH: Final[dict[str, str]] = {
    "CITIZEN": "client",
    "CLERK": "clerk",
    "SUPERVISOR": "supervisor",
    "AUDITOR": "auditor",
    "OPERATOR": "operator",
    "SYSTEM": "system",
    **{name: words.english for name, words in ACTS.items()},
}
"""A status is told in English by its name, which callers know."""
