"""Who a row of a table is about, for an office: everybody who has not left, and whose mobile number is whose."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import PersonRow
from schedules.directory import Directory, Known
from schedules.office import OfficeSpec
from worker.cipher import Cipher


def directory_of(office: OfficeSpec, mobiles: Mapping[str, str], cipher: Cipher) -> Directory:
    """The people of an office. `mobiles`: staff numbers by the digest of the mobile number."""
    people = [
        Known(each.id, each.name, office.file.units[each.unit].title)
        for each in office.people
        if each.left_on is None
    ]
    return Directory(people, lambda mobile: mobiles.get(cipher.digest(mobile)))


def mobiles_on_record(session: Session) -> dict[str, str]:
    """Staff numbers by the digest of the mobile number, as they are on record."""
    query = select(PersonRow.mobile_hmac, PersonRow.key).where(PersonRow.mobile_hmac.is_not(None))
    return {digest: key for digest, key in session.execute(query) if digest}


def mobiles_of(office: OfficeSpec, cipher: Cipher) -> dict[str, str]:
    """The same of an office as its files say."""
    return {cipher.digest(each.mobile): each.id for each in office.people if each.mobile}
