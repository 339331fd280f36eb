/** Colours of VS Code's themes, as a webview gets them: only those that our pages use. */

export type ThemeName = 'light' | 'dark' | 'contrast' | 'contrastLight';

interface ColourTheme {
  /** Class of the body. */
  readonly kind: string;
  readonly variables: Readonly<Record<string, string>>;
}

const font = {
  '--vscode-font-family': 'system-ui, "Ubuntu", "Droid Sans", sans-serif',
  '--vscode-font-size': '13px',
  '--vscode-font-weight': 'normal',
};

const light = {
  '--vscode-foreground': '#3b3b3b',
  '--vscode-descriptionForeground': '#3b3b3b',
  '--vscode-editor-background': '#ffffff',
  '--vscode-editor-foreground': '#3b3b3b',
  '--vscode-editorIndentGuide-background1': '#d3d3d3',
  '--vscode-charts-lines': 'rgba(59, 59, 59, 0.5)',
  '--vscode-focusBorder': '#005fb8',
  '--vscode-panel-border': '#e5e5e5',
  '--vscode-button-background': '#005fb8',
  '--vscode-button-foreground': '#ffffff',
  '--vscode-button-hoverBackground': '#0258a8',
  '--vscode-button-border': '#0000001a',
  '--vscode-button-secondaryBackground': '#e5e5e5',
  '--vscode-button-secondaryForeground': '#3b3b3b',
  '--vscode-button-secondaryHoverBackground': '#cccccc',
  '--vscode-dropdown-background': '#ffffff',
  '--vscode-dropdown-foreground': '#3b3b3b',
  '--vscode-dropdown-border': '#cecece',
  '--vscode-list-activeSelectionBackground': '#e8e8e8',
  '--vscode-list-activeSelectionForeground': '#000000',
  '--vscode-list-hoverBackground': '#f2f2f2',
  '--vscode-checkbox-background': '#f8f8f8',
  '--vscode-checkbox-foreground': '#3b3b3b',
  '--vscode-checkbox-border': '#cecece',
  '--vscode-textLink-foreground': '#005fb8',
  '--vscode-inputValidation-warningBackground': '#f6f5d2',
  '--vscode-inputValidation-warningBorder': '#b89500',
  '--vscode-inputValidation-errorBackground': '#f2dede',
  '--vscode-inputValidation-errorBorder': '#be1100',
  '--vscode-scrollbarSlider-background': 'rgba(100, 100, 100, 0.4)',
};

const dark = {
  ...light,
  '--vscode-foreground': '#cccccc',
  '--vscode-descriptionForeground': '#9d9d9d',
  '--vscode-editor-background': '#1f1f1f',
  '--vscode-editor-foreground': '#cccccc',
  '--vscode-editorIndentGuide-background1': '#404040',
  '--vscode-charts-lines': 'rgba(204, 204, 204, 0.5)',
  '--vscode-focusBorder': '#0078d4',
  '--vscode-panel-border': '#2b2b2b',
  '--vscode-button-background': '#0078d4',
  '--vscode-button-border': '#ffffff12',
  '--vscode-button-secondaryBackground': '#313131',
  '--vscode-button-secondaryForeground': '#cccccc',
  '--vscode-button-secondaryHoverBackground': '#3c3c3c',
  '--vscode-dropdown-background': '#313131',
  '--vscode-dropdown-foreground': '#cccccc',
  '--vscode-dropdown-border': '#3c3c3c',
  '--vscode-list-activeSelectionBackground': '#04395e',
  '--vscode-list-activeSelectionForeground': '#ffffff',
  '--vscode-list-hoverBackground': '#2a2d2e',
  '--vscode-checkbox-background': '#313131',
  '--vscode-checkbox-foreground': '#cccccc',
  '--vscode-checkbox-border': '#3c3c3c',
  '--vscode-textLink-foreground': '#4daafc',
  '--vscode-inputValidation-warningBackground': '#352a05',
  '--vscode-inputValidation-warningBorder': '#b89500',
  '--vscode-inputValidation-errorBackground': '#5a1d1d',
  '--vscode-inputValidation-errorBorder': '#be1100',
};

const contrasting = (ink: string, background: string, border: string, focus: string) => ({
  '--vscode-foreground': ink,
  '--vscode-descriptionForeground': `${ink}b3`,
  '--vscode-editor-background': background,
  '--vscode-editor-foreground': ink,
  '--vscode-editorIndentGuide-background1': ink,
  '--vscode-charts-lines': ink,
  '--vscode-contrastBorder': border,
  '--vscode-contrastActiveBorder': focus,
  '--vscode-focusBorder': focus,
  '--vscode-button-foreground': ink,
  '--vscode-button-border': border,
  '--vscode-button-background': background,
  '--vscode-button-secondaryForeground': ink,
  '--vscode-button-secondaryBackground': background,
  '--vscode-dropdown-background': background,
  '--vscode-dropdown-foreground': ink,
  '--vscode-dropdown-border': border,
  '--vscode-checkbox-background': background,
  '--vscode-checkbox-foreground': ink,
  '--vscode-checkbox-border': border,
  '--vscode-textLink-foreground': ink,
  '--vscode-inputValidation-warningBackground': background,
  '--vscode-inputValidation-warningBorder': border,
  '--vscode-inputValidation-errorBackground': background,
  '--vscode-inputValidation-errorBorder': border,
});

export const colourThemes: Readonly<Record<ThemeName, ColourTheme>> = {
  light: { kind: 'vscode-light', variables: { ...font, ...light } },
  dark: { kind: 'vscode-dark', variables: { ...font, ...dark } },
  contrast: {
    kind: 'vscode-high-contrast',
    variables: { ...font, ...contrasting('#ffffff', '#000000', '#6fc3df', '#f38518') },
  },
  contrastLight: {
    kind: 'vscode-high-contrast-light',
    variables: { ...font, ...contrasting('#292929', '#ffffff', '#0f4a85', '#006bbd') },
  },
};
