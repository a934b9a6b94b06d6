#!/usr/bin/env bash
# Fetches the packages of packages.txt into DOWNLOADS, checks them, and unpacks what is text into UNPACKED: ./fetch.sh DOWNLOADS UNPACKED
# Needs Debian 12's apt-get and npm. Versions that the mirrors no longer have are at https://snapshot.debian.org; put them into DOWNLOADS.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
downloads=$(mkdir -p "$1" && cd "$1" && pwd)
unpacked=$(mkdir -p "$2" && cd "$2" && pwd)
patterns=('*.mo' '*.html' '*.page' '*.json' '*.txt' '*.paragraphs' '*.utf8' '*.xpi' '*.php' '*.js' '*.css' '*/games/fortunes/*')

while read -r kind name version hash; do
  case $kind in
    deb)
      # As apt-get names it: an epoch's colon is escaped.
      file=$(cd "$downloads" && ls "${name}_${version/:/%3a}_"*.deb 2>/dev/null || true)
      if [ -z "$file" ]; then
        (cd "$downloads" && apt-get download -qq "$name=$version" 2>/dev/null)
        file=$(cd "$downloads" && ls "${name}_${version/:/%3a}_"*.deb)
      fi
      echo "$hash  $downloads/$file" | sha256sum --check --quiet
      mkdir -p "$unpacked/$name"
      # tar fails where a pattern matches nothing, as most do.
      dpkg-deb --fsys-tarfile "$downloads/$file" | tar -x -C "$unpacked/$name" --wildcards "${patterns[@]}" 2>/dev/null || true
      ;;
    npm)
      [ -f "$downloads/$name-$version.tgz" ] || (cd "$downloads" && npm pack --silent "$name@$version" >/dev/null)
      echo "$hash  $downloads/$name-$version.tgz" | sha256sum --check --quiet
      mkdir -p "$unpacked/$name"
      tar -xzf "$downloads/$name-$version.tgz" -C "$unpacked/$name"
      ;;
  esac
done < <(grep -v '^#' "$here/packages.txt")
