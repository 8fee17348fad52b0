# The people of har-summarize --json, each with its number (subject) and measures, and with its source
# where there are several, else null. Control characters of a source are ?, as in the report.
def people:
    .per_subject | to_entries[]
    | if .value.accuracy | type == "number" then {subject: .key, source: null} + .value
      else (.key | gsub("[[:cntrl:]]"; "?")) as $source
          | .value | to_entries[] | {subject: .key, source: $source} + .value
      end;
