import { type Theme, type ThemeName, themes } from './themes';

/** The colours that only charts and their dropdowns use. */
const ofCharts: Readonly<Record<ThemeName, Readonly<Record<string, string>>>> = {
  light: {
    'charts-lines': 'rgba(59, 59, 59, 0.5)',
    'editorIndentGuide-background1': '#d3d3d3',
    'dropdown-background': '#ffffff',
    'dropdown-foreground': '#3b3b3b',
    'dropdown-border': '#cecece',
    'textLink-foreground': '#005fb8',
  },
  dark: {
    'charts-lines': 'rgba(204, 204, 204, 0.5)',
    'editorIndentGuide-background1': '#404040',
    'dropdown-background': '#313131',
    'dropdown-foreground': '#cccccc',
    'dropdown-border': '#3c3c3c',
    'textLink-foreground': '#4daafc',
  },
  contrast: {
    'charts-lines': '#ffffff',
    'editorIndentGuide-background1': '#ffffff',
    'dropdown-background': '#000000',
    'dropdown-foreground': '#ffffff',
    'dropdown-border': '#6fc3df',
    'textLink-foreground': '#21a6ff',
  },
  contrastLight: {
    'charts-lines': '#292929',
    'editorIndentGuide-background1': '#cccccc',
    'dropdown-background': '#ffffff',
    'dropdown-foreground': '#292929',
    'dropdown-border': '#0f4a85',
    'textLink-foreground': '#0f4a85',
  },
};

export const chartTheme = (name: ThemeName): Theme => ({
  ...themes[name],
  variables: { ...themes[name].variables, ...ofCharts[name] },
});
