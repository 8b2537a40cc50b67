{{/*
The containers of this chart, in YAML: name, process (of files/processes.json), arguments, port if it serves HTTP, image tag, replicas,
build id, whether it writes or reads checkpoints and archive, and whom it may reach besides PostgreSQL and Temporal. Its `component` is
the name of its values, too.
*/}}
{{- define "ugyfelkapu.workloads" -}}
{{- $checkpoints := not (empty .Values.checkpoints.claim) -}}
{{- $registration := .Values.registration -}}
{{- if $registration.enabled }}
{{- range $registration.builds | default (list (dict)) }}
- name: {{ list "registration" (.id | default "" | replace "." "-") | join "-" | trimSuffix "-" }}
  component: registration
  process: worker
  args: [worker, --queue, registration]
  tag: {{ .tag | default $.Values.image.tag | quote }}
  replicas: {{ .replicas | default $registration.replicas }}
  build: {{ .id | default "" | quote }}
  series: {{ .id | default "none" | quote }}
  writes: true
  audits: true
  reaches: {{ ternary (list "mail") list $checkpoints | toJson }}
{{- end }}
{{- end }}
{{- if .Values.letters.enabled }}
- name: letters
  component: letters
  process: worker
  args: [worker, --queue, letters]
  reaches: [mail]
{{- end }}
{{- if .Values.api.enabled }}
- name: api
  component: api
  process: api
  args: [api]
  port: 8000
  address: api_address
  host: {{ .Values.api.ingress.host | quote }}
  audits: true
  reaches: {{ ternary (list "providers") list (hasPrefix "https:" (.Values.settings.token_keys | default "")) | toJson }}
{{- end }}
{{- if .Values.pages.enabled }}
- name: pages
  component: pages
  process: pages
  args: [pages]
  port: 8080
  address: pages_address
  host: {{ include "ugyfelkapu.host" (list $ "portal_url") | quote }}
  reaches: []
{{- end }}
{{- if .Values.staff.enabled }}
- name: staff
  component: staff
  process: staff_pages
  args: [pages, --site, staff]
  port: 8081
  address: staff_address
  host: {{ include "ugyfelkapu.host" (list $ "staff_url") | quote }}
  audits: true
  reaches: [providers]
{{- end }}
{{- end }}

{{- define "ugyfelkapu.migrate" -}}
name: migrate
component: migrate
process: migrate
args: [migrate]
writes: true
audits: true
reaches: []
{{- end }}

{{/* The host of an address among the settings. */}}
{{- define "ugyfelkapu.host" -}}
{{- $url := get (index . 0).Values.settings (index . 1) | default "" -}}
{{- (urlParse $url).hostname -}}
{{- end }}

{{/* The most connections to PostgreSQL at once: each pod of a full scale-out and of a roll-out, the migration, one command. */}}
{{- define "ugyfelkapu.connections" -}}
{{- $each := .Values.settings.database_connections | default 10 | int -}}
{{- $pods := 0 -}}
{{- range include "ugyfelkapu.workloads" . | fromYamlArray -}}
{{- $values := get $.Values .component -}}
{{- $most := .replicas | default $values.replicas | int -}}
{{- with $values.autoscaling }}{{ if .enabled }}{{ $most = int .maxReplicas }}{{ end }}{{ end -}}
{{- $pods = add $pods $most 1 -}}
{{- end -}}
{{- add (mul $pods $each) 2 $each -}}
{{- end }}
