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
    "LogInRefused": "A jelszó helyes, de a regisztráció állapota „{status}”: belépés nem lehetséges.",
    "RequestACode": "A jelszava lejárt; {deadline}-ig (budapesti idő szerint) kérjen kódot, és válasszon új jelszót.",
    "RedeemTheCode": "A regisztrációját újraaktiválták; {deadline}-ig (budapesti idő szerint) váltsa be az e-mail "
    "címére küldött kódot, és válasszon új jelszót; ha nincs meg a kód, kérje újra.",
    "VisitABody": "A regisztrációja inaktív; az aktiválását személyesen kérheti bármelyik regisztrációs szervnél.",
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
