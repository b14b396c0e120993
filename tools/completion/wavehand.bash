# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Completion of wavehand for bash. What may stand in a place the command itself tells ("wavehand --complete WORD…"), so
# there is nothing here that could get out of date.

_wavehand() {
	local line=${COMP_LINE:0:COMP_POINT} last=$2 words=() word bare before candidates file i
	COMPREPLY=()
	# bash splits words at "=" and ":", too: what no blank parts is one word again.
	for ((i = 0; i <= COMP_CWORD; i++)); do
		bare=${line#"${line%%[![:space:]]*}"}
		word=${COMP_WORDS[i]}
		((i < COMP_CWORD)) || word=$bare
		if ((i)) && [[ -n $bare && $bare == "$line" ]]; then
			words[-1]+=$word
		else
			words+=("$word")
		fi
		line=${bare#"$word"}
	done
	words=("${words[@]//[\\\"\']/}")
	word=${words[-1]}
	# Of the last word bash replaces only what it takes for one.
	before=${word%"$last"}

	candidates=$("$1" --complete "${words[@]:1}" 2>/dev/null) || return
	while IFS= read -r word; do
		word=${word%%$'\t'*}
		case $word in
		:files)
			compopt -o filenames 2>/dev/null
			while IFS= read -r file; do
				COMPREPLY+=("$file")
			done < <(compgen -f -- "$last")
			;;
		?*)
			[[ $word != *= ]] || compopt -o nospace 2>/dev/null
			COMPREPLY+=("${word#"$before"}")
			;;
		esac
	done <<<"$candidates"
}

complete -F _wavehand wavehand
