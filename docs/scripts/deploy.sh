#!/usr/bin/env bash
# Deploys a web application as many a pipeline does: configuration, objects, a new image, checks.
# KUBECTL names the client: kubectl, or kctl.
set -euo pipefail

kubectl=${KUBECTL:-kubectl}
namespace=${1:-shop}

"$kubectl" create namespace "$namespace" --dry-run=client -o yaml | "$kubectl" apply -f -
"$kubectl" -n "$namespace" create configmap settings --from-literal=color=blue --from-literal=size=10 \
    --dry-run=client -o yaml | "$kubectl" -n "$namespace" apply -f -

"$kubectl" -n "$namespace" apply -f - <<YAML
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: example.org/web:1
        envFrom: [{configMapRef: {name: settings}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
YAML

"$kubectl" -n "$namespace" set image deployment/web web=example.org/web:2
"$kubectl" -n "$namespace" scale deployment web --replicas=3
"$kubectl" -n "$namespace" label deployment web release=two --overwrite
"$kubectl" -n "$namespace" annotate deployment web example.org/by=pipeline
"$kubectl" -n "$namespace" patch configmap settings -p '{"data":{"color":"red"}}'

for name in $("$kubectl" -n "$namespace" get deployments -o jsonpath='{.items[*].metadata.name}'); do
    image=$("$kubectl" -n "$namespace" get deployment "$name" -o jsonpath='{.spec.template.spec.containers[0].image}')
    replicas=$("$kubectl" -n "$namespace" get deployment "$name" -o go-template='{{.spec.replicas}}')
    echo "$name runs $image, $replicas times"
done
"$kubectl" -n "$namespace" get deployments,services,configmaps -l 'app=web' -o name
"$kubectl" -n "$namespace" get configmap settings -o custom-columns=NAME:.metadata.name,COLOR:.data.color

if ! "$kubectl" -n "$namespace" get deployment none >/dev/null 2>&1; then
    echo "there is no deployment none"
fi
"$kubectl" -n "$namespace" wait deployment/web --for=jsonpath='{.spec.replicas}'=3 --timeout=10s
"$kubectl" -n "$namespace" delete deployment/web service/web configmap/settings
