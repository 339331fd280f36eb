// README.md as VS Code shows it of an installed extension.

/**
 * Of the page of an extension VS Code shows pictures from https addresses only (no files, no data), and opens no other
 * links. Until a repository is named, against which vsce completes them, pictures with their captions are left out and
 * links become plain text, so that nothing in the page is broken; the guide has them all, and a command shows it.
 */
export function pageOf(markdown, repository) {
  if (repository) return markdown;
  const local = String.raw`\((?!\w+:|#)[^)\s]+\)`;
  return markdown
    .replace(new RegExp(String.raw`^!\[[^\]]*\]${local}\n+(\*[^*\n]+\*\n+)?`, 'gm'), '')
    .replace(new RegExp(String.raw`(?<!!)\[([^\]]+)\]${local}`, 'g'), '$1');
}
