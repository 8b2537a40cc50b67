{{/* What cannot work is refused here in one sentence that names the value. */}}
{{- define "ugyfelkapu.check" -}}
{{- if has .Values.image.tag (list "" "latest") }}{{ fail "image.tag: name the version to run." }}{{ end -}}
{{- if not .Values.temporal.address }}{{ fail "temporal.address: name host:port of Temporal's frontend." }}{{ end -}}
{{- range $name, $_ := .Values.environment -}}
{{- if regexMatch "^(UGYFELKAPU|TEMPORAL)_" $name }}{{ fail (printf "environment.%s: settings and temporal say what our variables are; leave it out." $name) }}{{ end -}}
{{- if regexMatch "(PASSWORD|SECRET|TOKEN|KEYS?|HEADERS)$" $name }}{{ fail (printf "environment.%s: this is the name of a secret, which everybody who may read a pod would read." $name) }}{{ end -}}
{{- end -}}
{{- range $group := list "environment" "settings" -}}
{{- range $name, $value := get $.Values $group -}}
{{- if regexMatch "://[^/?#]*@" (toString $value) }}{{ fail (printf "%s.%s: this address has a password, which everybody who may read a pod would read." $group $name) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- $processes := .Files.Get "files/processes.json" | fromJson -}}
{{- $secrets := $processes.secrets -}}
{{- $own := list "admin_address" "api_address" "pages_address" "staff_address" "checkpoint_folder" "archive_folder" "build_id" "staff_client_key" -}}
{{- $read := list -}}
{{- range $processes.processes }}{{ $read = concat $read .reads }}{{ end -}}
{{- range $name, $_ := .Values.settings -}}
{{- if has $name $secrets }}{{ fail (printf "settings.%s: this is a secret; put it into the Secret that secrets.name names." $name) }}{{ end -}}
{{- if has $name $own }}{{ fail (printf "settings.%s: the chart sets this itself; leave it out." $name) }}{{ end -}}
{{- if not (has $name $read) }}{{ fail (printf "settings.%s: no process reads a setting of this name; the README lists them." $name) }}{{ end -}}
{{- end -}}
{{- range $name := .Values.secrets.omit -}}
{{- if not (has $name $secrets) }}{{ fail (printf "secrets.omit: %s is not the name of a secret." $name) }}{{ end -}}
{{- end -}}
{{- $names := list -}}
{{- range append (include "ugyfelkapu.workloads" . | fromYamlArray) (include "ugyfelkapu.migrate" . | fromYaml) -}}
{{- $component := .component -}}
{{- $ours := include "ugyfelkapu.labels" (dict "root" $ "workload" .) | fromYaml -}}
{{- range $group, $labels := dict "podLabels" $.Values.podLabels "podMonitor.labels" $.Values.podMonitor.labels -}}
{{- range $name, $_ := $labels -}}
{{- if hasKey $ours $name }}{{ fail (printf "%s.%s: the chart sets this label itself; leave it out." $group $name) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- $resources := (get $.Values .component).resources -}}
{{- range $name, $limit := $resources.limits -}}
{{- if gt (include "ugyfelkapu.quantity" (get $resources.requests $name) | int) (include "ugyfelkapu.quantity" $limit | int) }}{{ fail (printf "%s.resources.limits.%s: must be at least what is requested." $component $name) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- range include "ugyfelkapu.workloads" . | fromYamlArray -}}
{{- $workload := . -}}
{{- if has .name $names }}{{ fail (printf "registration.builds: two ids make the name %s; dots are hyphens in it." .name) }}{{ end -}}
{{- $names = append $names .name -}}
{{- with (get $.Values .component).autoscaling -}}
{{- if and .enabled (gt (int .minReplicas) (int .maxReplicas)) }}{{ fail (printf "%s.autoscaling.maxReplicas: must be at least minReplicas." $workload.component) }}{{ end -}}
{{- end -}}
{{- range get (get $processes.processes .process) "needs" -}}
{{- if has . $secrets -}}
{{- if has . $.Values.secrets.omit }}{{ fail (printf "secrets.omit: %s is needed by %s." . $workload.component) }}{{ end -}}
{{- else if not (get $.Values.settings .) }}{{ fail (printf "settings.%s: %s does not start without it." . $workload.component) }}{{ end -}}
{{- end -}}
{{- if and .port $.Values.networkPolicy.enabled (not $.Values.networkPolicy.proxies) }}{{ fail (printf "networkPolicy.proxies: name who may call %s." .component) }}{{ end -}}
{{- with (get $.Values .component).ingress -}}
{{- if and .enabled (regexMatch "^[0-9.]*$" $workload.host) }}{{ fail (printf "%s.ingress: an ingress needs a host name; it is api.ingress.host, or that of settings.portal_url or settings.staff_url." $workload.component) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- $asked := dict "portal_url" "letters and pages" "mail_from" "letters" "trusted_proxies" "pages" -}}
{{- range $name, $who := $asked -}}
{{- if not (get $.Values.settings $name) }}{{ fail (printf "settings.%s: set it; %s cannot do without it." $name $who) }}{{ end -}}
{{- end -}}
{{- if and .Values.checkpoints.claim (not .Values.settings.auditors) }}{{ fail "settings.auditors: with checkpoints, name the e-mail addresses that they are mailed to." }}{{ end -}}
{{- if and .Values.externalSecrets.enabled (not .Values.externalSecrets.store.name) }}{{ fail "externalSecrets.store.name: name the store." }}{{ end -}}
{{- if .Values.networkPolicy.enabled -}}
{{- range include "ugyfelkapu.workloads" . | fromYamlArray -}}
{{- $component := .component -}}
{{- range concat (list "database" "temporal") .reaches -}}
{{- if not (get $.Values.networkPolicy .).peers }}{{ fail (printf "networkPolicy.%s.peers: name where it is; %s has to reach it." . $component) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $most := include "ugyfelkapu.connections" . | int -}}
{{- if gt $most (int .Values.database.connections) }}{{ fail (printf "database.connections: the processes may open %d connections, and PostgreSQL keeps %d for them; run fewer, lower settings.database_connections, or raise both numbers." $most (int .Values.database.connections)) }}{{ end -}}
{{- end }}

{{/* A quantity as the schema allows it: thousandths of a processor, or MiB. */}}
{{- define "ugyfelkapu.quantity" -}}
{{- $text := toString . -}}
{{- if hasSuffix "i" $text -}}
{{- mul (regexFind "^[0-9]+" $text) (ternary 1024 1 (hasSuffix "Gi" $text)) -}}
{{- else if hasSuffix "m" $text -}}
{{- trimSuffix "m" $text -}}
{{- else -}}
{{- mulf $text 1000 | floor -}}
{{- end -}}
{{- end }}
