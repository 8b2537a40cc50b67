{{- define "ugyfelkapu.selector" -}}
app.kubernetes.io/name: ugyfelkapu
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .workload.component }}
{{- with .workload.series }}
ugyfelkapu/build: {{ . | quote }}
{{- end }}
{{- end }}

{{- define "ugyfelkapu.labels" -}}
{{ include "ugyfelkapu.selector" . }}
app.kubernetes.io/version: {{ .workload.tag | default .root.Values.image.tag | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end }}

{{/* The secrets that a workload is given, of those that its process reads. */}}
{{- define "ugyfelkapu.secrets" -}}
{{- $processes := .root.Files.Get "files/processes.json" | fromJson -}}
{{- $checkpoints := and .root.Values.checkpoints.claim .workload.audits -}}
{{- $given := list -}}
{{- range (get $processes.processes .workload.process).reads -}}
{{- $ofCheckpoints := hasPrefix "checkpoint_" . -}}
{{- if and (has . $processes.secrets) (not (has . $.root.Values.secrets.omit)) (or $checkpoints (not $ofCheckpoints)) -}}
{{- if and (eq . "staff_client_secret") $.root.Values.secrets.staffClientKey -}}
{{- $given = append $given "staff_client_key" -}}
{{- else -}}
{{- $given = append $given . -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toJson $given -}}
{{- end }}

{{/* The folders that a workload has, by setting: each is the name of its claim among the values, too. */}}
{{- define "ugyfelkapu.folders" -}}
{{- $reads := (get (.root.Files.Get "files/processes.json" | fromJson).processes .workload.process).reads -}}
{{- $kept := dict -}}
{{- range $setting, $folder := dict "checkpoint_folder" "checkpoints" "archive_folder" "archive" -}}
{{- if and $.workload.audits (has $setting $reads) (get $.root.Values $folder).claim -}}
{{- $_ := set $kept $setting $folder -}}
{{- end -}}
{{- end -}}
{{- toJson $kept -}}
{{- end }}

{{/* The template of a pod: {root, workload}. */}}
{{- define "ugyfelkapu.pod" -}}
{{- $root := .root -}}
{{- $values := $root.Values -}}
{{- $workload := .workload -}}
{{- $process := get ($root.Files.Get "files/processes.json" | fromJson).processes $workload.process -}}
{{- $isJob := eq $workload.component "migrate" -}}
{{- $secrets := include "ugyfelkapu.secrets" . | fromJsonArray -}}
{{- $folders := include "ugyfelkapu.folders" . | fromJson -}}
{{- $temporal := $values.temporal -}}
metadata:
  labels:
    {{- include "ugyfelkapu.labels" . | nindent 4 }}
    {{- with $values.podLabels }}{{ toYaml . | nindent 4 }}{{ end }}
  {{- with $values.podAnnotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  automountServiceAccountToken: false
  enableServiceLinks: false # its variables would be named as ours
  terminationGracePeriodSeconds: {{ ternary 75 60 (hasKey $workload "port") }}
  {{- if $isJob }}
  restartPolicy: Never
  {{- end }}
  {{- with $values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . | quote }}
    {{- end }}
  {{- end }}
  {{- with $values.priorityClassName }}
  priorityClassName: {{ . | quote }}
  {{- end }}
  {{- with $values.nodeSelector }}
  nodeSelector: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.tolerations }}
  tolerations: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if not $isJob }}
  topologySpreadConstraints:
    {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
    - maxSkew: 1
      topologyKey: {{ . }}
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels: {{- include "ugyfelkapu.selector" $ | nindent 10 }}
      matchLabelKeys: [pod-template-hash]
    {{- end }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001 # of the image
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: {type: RuntimeDefault}
  containers:
    - name: {{ $workload.component }}
      image: "{{ $values.image.repository }}:{{ $workload.tag | default $values.image.tag }}"
      imagePullPolicy: {{ $values.image.pullPolicy }}
      args: {{ concat $workload.args (list "--wait" (ternary "120" "60" $isJob)) | toJson }}
      env:
        {{- range $name := $process.reads }}
        {{- with get $values.settings $name }}
        - {name: UGYFELKAPU_{{ upper $name }}, value: {{ toString . | quote }}}
        {{- end }}
        {{- end }}
        {{- if not $isJob }}
        - {name: UGYFELKAPU_ADMIN_ADDRESS, value: "0.0.0.0:9464"}
        {{- end }}
        {{- with $workload.address }}
        - {name: UGYFELKAPU_{{ upper . }}, value: "0.0.0.0:{{ $workload.port }}"}
        {{- end }}
        {{- with $workload.build }}
        - {name: UGYFELKAPU_BUILD_ID, value: {{ . | quote }}}
        {{- end }}
        {{- range $setting, $folder := $folders }}
        - {name: UGYFELKAPU_{{ upper $setting }}, value: /var/lib/ugyfelkapu/{{ $folder }}}
        {{- end }}
        {{- range $secrets }}
        - {name: UGYFELKAPU_{{ upper . }}{{ if ne . "staff_client_key" }}_FILE{{ end }}, value: /run/secrets/{{ . }}}
        {{- end }}
        - {name: TEMPORAL_ADDRESS, value: {{ $temporal.address | quote }}}
        - {name: TEMPORAL_NAMESPACE, value: {{ $temporal.namespace | quote }}}
        - {name: TEMPORAL_TLS, value: {{ $temporal.tls.enabled | quote }}}
        {{- if $temporal.tls.enabled }}
        - {name: TEMPORAL_TLS_SERVER_CA_CERT_PATH, value: /run/temporal/tls/ca.crt}
        {{- with $temporal.tls.serverName }}
        - {name: TEMPORAL_TLS_SERVER_NAME, value: {{ . | quote }}}
        {{- end }}
        {{- if $temporal.tls.clientCertificate }}
        - {name: TEMPORAL_TLS_CLIENT_CERT_PATH, value: /run/temporal/tls/tls.crt}
        - {name: TEMPORAL_TLS_CLIENT_KEY_PATH, value: /run/temporal/tls/tls.key}
        {{- end }}
        {{- end }}
        {{- if $temporal.token.enabled }}
        - {name: TEMPORAL_CONFIG_FILE, value: /run/temporal/token/temporal.toml}
        {{- end }}
        {{- range $name, $value := $values.environment }}
        - {name: {{ $name }}, value: {{ toString $value | quote }}}
        {{- end }}
      {{- if not $isJob }}
      ports:
        - {name: admin, containerPort: 9464}
        {{- with $workload.port }}
        - {name: http, containerPort: {{ . }}}
        {{- end }}
      # It listens once PostgreSQL and Temporal have answered: for longer than it waits for them.
      startupProbe:
        httpGet: {path: /livez, port: admin}
        periodSeconds: 5
        timeoutSeconds: 5
        failureThreshold: 30
      livenessProbe:
        httpGet: {path: /livez, port: admin}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: {path: /readyz, port: admin}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 2
      {{- end }}
      {{- if hasKey $workload "port" }}
      lifecycle:
        preStop:
          sleep: {seconds: 10} # until no proxy sends it more requests
      {{- end }}
      resources: {{- toYaml (get $values $workload.component).resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: {drop: [ALL]}
      volumeMounts:
        - {name: tmp, mountPath: /tmp}
        - {name: secrets, mountPath: /run/secrets, readOnly: true}
        {{- if $temporal.tls.enabled }}
        - {name: temporal-tls, mountPath: /run/temporal/tls, readOnly: true}
        {{- end }}
        {{- if $temporal.token.enabled }}
        - {name: temporal-token, mountPath: /run/temporal/token, readOnly: true}
        {{- end }}
        {{- if $values.files.configMap }}
        - {name: files, mountPath: /etc/ugyfelkapu, readOnly: true}
        {{- end }}
        {{- range $folders }}
        - {name: {{ . }}, mountPath: /var/lib/ugyfelkapu/{{ . }}, readOnly: {{ not $workload.writes }}}
        {{- end }}
  volumes:
    - name: tmp
      emptyDir: {sizeLimit: 64Mi}
    - name: secrets
      secret:
        secretName: {{ $values.secrets.name | quote }}
        defaultMode: 0440
        items:
          {{- range $secrets }}
          - {key: {{ . }}, path: {{ . }}}
          {{- end }}
    {{- if $temporal.tls.enabled }}
    - name: temporal-tls
      secret:
        secretName: {{ get $temporal.tls.secrets $workload.component | default $temporal.tls.secret | quote }}
        defaultMode: 0440
        items:
          {{- range ternary (list "ca.crt" "tls.crt" "tls.key") (list "ca.crt") $temporal.tls.clientCertificate }}
          - {key: {{ . }}, path: {{ . }}}
          {{- end }}
    {{- end }}
    {{- if $temporal.token.enabled }}
    - name: temporal-token
      secret:
        secretName: {{ get $temporal.token.secrets $workload.component | default $temporal.token.secret | quote }}
        defaultMode: 0440
        items: [{key: temporal.toml, path: temporal.toml}]
    {{- end }}
    {{- with $values.files.configMap }}
    - name: files
      configMap: {name: {{ . | quote }}}
    {{- end }}
    {{- range $folders }}
    - name: {{ . }}
      persistentVolumeClaim: {claimName: {{ (get $values .).claim | quote }}, readOnly: {{ not $workload.writes }}}
    {{- end }}
{{- end }}
