#!/bin/sh
# Tries a configuration of Grafana before it is put in place: starts a server with it on an empty database of its own, on a port of
# its own, and ends it as soon as it serves. Nobody is told anything: no alert is sent, no peer is joined, no plugin is fetched.
#
# By hand, as the service's user: sh trial.sh PROGRAM HOME CONFIGURATION /etc/grafana
program=$1 home=$2 staged=$3 public=$4
patience=${TRIAL_SECONDS:-100}

work=$(mktemp -d) || exit 1
pid=
end() {
  if [ -n "$pid" ]; then
    kill "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
  fi
  rm -rf "$work"
}
trap end EXIT
trap 'exit 1' HUP INT TERM

# The files name each other by the paths at which they will be; in this copy they name those of the copy.
mkdir "$work/config" "$work/data" || exit 1
cp -RL "$staged/." "$work/config" 2>/dev/null
escaped=$(printf '%s' "$public" | sed 's/[.[\*^$#]/\\&/g')
find "$work/config" -type f \( -name '*.ini' -o -name '*.toml' -o -name '*.y*ml' \) \
  -exec sed -i -e "s#$escaped/current/config/#$work/config/#g" -e "s#$escaped/\\(secrets\\|dashboards\\|provisioning\\)/#$work/config/\\1/#g" {} +

"$program" server --homepath="$home" --config="$work/config/grafana.ini" \
  cfg:paths.data="$work/data" cfg:paths.logs="$work/data" cfg:log.mode=console cfg:log.level=info \
  cfg:server.http_addr=127.0.0.1 cfg:server.http_port=0 \
  cfg:database.type=sqlite3 cfg:database.url= cfg:database.path="$work/data/grafana.db" \
  cfg:remote_cache.type=database cfg:live.ha_engine= \
  cfg:unified_alerting.execute_alerts=false cfg:unified_alerting.ha_peers= cfg:unified_alerting.ha_redis_address= \
  cfg:smtp.enabled=false cfg:plugins.preinstall_disabled=true \
  cfg:analytics.reporting_enabled=false cfg:analytics.check_for_updates=false cfg:analytics.check_for_plugin_updates=false \
  >"$work/log" 2>&1 &
pid=$!

tries=0
while [ "$tries" -lt $((patience * 5)) ]; do
  grep -q 'HTTP Server Listen' "$work/log" && exit 0
  if ! kill -0 "$pid" 2>/dev/null; then
    break
  fi
  sleep 0.2
  tries=$((tries + 1))
done
grep -q 'HTTP Server Listen' "$work/log" && exit 0
grep -iE 'level=(error|crit)|error:|✗|panic' "$work/log" | sed "s#$work/config#$public#g" | tail -n 12 | grep . || tail -n 12 "$work/log"
exit 1
