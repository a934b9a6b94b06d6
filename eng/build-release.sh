# Sourced by the scripts at the root.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# Threads of libtorch sleep while they wait: spinning threads on busy cores cost a factor of ten. Must stand before the process starts.
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}

# build_release PROJECT: builds PROJECT in Release if a source is newer than its last build; prints only what went wrong.
build_release() {
  local project=$1 stamp="$root/$1/obj/release.stamp" log
  command -v dotnet >/dev/null || { echo "The .NET 10 SDK is missing: https://dotnet.microsoft.com/download" >&2; exit 1; }
  if [ -f "$stamp" ] && [ -z "$(find "$root/src" "$root/$project" "$root/eng" "$root"/Directory.* "$root/global.json" \
      \( -name bin -o -name obj \) -prune -o -type f -newer "$stamp" -print -quit)" ]; then
    return
  fi
  log=$(mktemp)
  local started; started=$(mktemp)
  [ -t 2 ] && echo "Building (once, and after a source changed)..." >&2
  if ! dotnet build "$root/$project" -c Release -v q --nologo >"$log" 2>&1; then
    grep -E 'error|warn' "$log" | sort -u >&2 || cat "$log" >&2
    rm -f "$log" "$started"
    exit 1
  fi
  mkdir -p "$(dirname "$stamp")"
  mv "$started" "$stamp"
  rm -f "$log"
}
