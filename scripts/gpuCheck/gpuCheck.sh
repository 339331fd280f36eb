#!/bin/sh
here=$(cd "${0%/*}" && pwd)
exec "$here/node" "$here/check.mjs" "$@"
