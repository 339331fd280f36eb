// The pages of a package: README.md as VS Code shows it of an installed extension, and the guide, which commands show.

/** Where a link to a file of the project leads. */
const local = String.raw`\(((?!\w+:|#)[^)\s]+)\)`;

/**
 * Of the page of an extension VS Code shows pictures from https addresses only (no files, no data), and opens no other
 * links. Until a repository is named, against which vsce completes them, pictures with their captions are left out and
 * links become plain text, so that nothing in the page is broken; the guide has them all, and a command shows it.
 */
export function pageOf(markdown, repository) {
  if (repository) return markdown;
  const pictures = new RegExp(String.raw`^!\[[^\]]*\]${local}\n+(?:\*[^*\n]+\*\n+)?`, 'gm');
  return linkedPage(markdown.replace(pictures, ''), () => false);
}

/** A page whose links lead to files that ship; the others become plain text. */
export function linkedPage(markdown, ships) {
  return markdown.replace(new RegExp(String.raw`(?<!!)\[([^\]]+)\]${local}`, 'g'), (link, text, path) =>
    ships(path.replace(/#.*/, '')) ? link : text,
  );
}
