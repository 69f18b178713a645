"""The pages behind the board: a unit, a schedule, an occurrence, a person. They only read, and show what the viewer may see."""

from flask import Blueprint

from worker.web.security import require_viewer
from worker.web.supervisors.drill_files import file
from worker.web.supervisors.drill_occurrence import occurrence, occurrence_table
from worker.web.supervisors.drill_person import person
from worker.web.supervisors.drill_schedule import schedule, schedule_table
from worker.web.supervisors.drill_unit import unit

blueprint = Blueprint("drill", __name__)
blueprint.before_request(require_viewer)
blueprint.add_url_rule("/unit/<key>", view_func=unit)
blueprint.add_url_rule("/schedule/<key>", view_func=schedule)
blueprint.add_url_rule("/schedule/<key>/table.xlsx", view_func=schedule_table)
blueprint.add_url_rule("/occurrence/<int:occurrence_id>", view_func=occurrence)
blueprint.add_url_rule("/occurrence/<int:occurrence_id>/table.xlsx", view_func=occurrence_table)
blueprint.add_url_rule("/person/<key>", view_func=person)
blueprint.add_url_rule("/file/<int:file_id>", view_func=file)
