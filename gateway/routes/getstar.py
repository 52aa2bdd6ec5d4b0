"""`/getstar`: stars of JSDC as JMMC's GetStar gives them, or as a VOTable 1.4 or 1.5."""

from gateway.door import FORM, Door, Endpoint, late
from gateway.tour import TourRequest

ALIASES = ("/sclwsGetStarProxy.php", "/getstar/sclwsGetStarProxy.php", "/~sclws/getstar/sclwsGetStarProxy.php")
"""As ASPRO2 and the libraries of the JMMC ask GetStar at apps.jmmc.fr, whole, and from a base that they are told."""

HANDLERS = late("gateway.handlers.getstar")
DOOR = Door(
    endpoints=(Endpoint("/getstar", HANDLERS("getstar"), FORM, ALIASES),),
    addresses=("/getstar",),
    votable=True,
    tour=(TourRequest("GetStar", "/getstar", {"star": "Fomalhaut"}, right=lambda text: 'GROUP name="LDD"' in text),),
)
