#!/bin/sh
# One tenant from start to end, as people write it first:
#   xargs -P 4 -n 1 sh loop.sh apply < tenants.txt
set -eu
action=$1
tenant=$2

mkdir -p "$WORK/$tenant"
cp "$MODULE"/*.tf "$WORK/$tenant"
cd "$WORK/$tenant"
export TF_HTTP_ADDRESS="$STATES/$tenant"
export TF_HTTP_LOCK_ADDRESS="$STATES/$tenant"
export TF_HTTP_UNLOCK_ADDRESS="$STATES/$tenant"

tofu init -input=false -no-color
case $action in
  apply)
    tofu apply -auto-approve -input=false -no-color -var-file="$INPUTS/$tenant.tfvars.json"
    tofu output -json > outputs.json
    ;;
  destroy)
    tofu destroy -auto-approve -input=false -no-color -var-file="$INPUTS/$tenant.tfvars.json"
    echo '{}' > outputs.json
    ;;
esac
