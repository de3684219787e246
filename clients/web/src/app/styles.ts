// clients/web/src/app/styles.ts - the styles of the Mantine components that the shell uses on every page, in the order
// Mantine wants. Pages import those of their own components: all of them would be 250 kB.
import '@mantine/core/styles/baseline.css';
import '@mantine/core/styles/default-css-variables.css';
import '@mantine/core/styles/global.css';
import '@mantine/core/styles/UnstyledButton.css';
import '@mantine/core/styles/Button.css';
import '@mantine/core/styles/ActionIcon.css';
import '@mantine/core/styles/Loader.css';
import '@mantine/core/styles/Popover.css';
import './tokens.css';
import './print.css';
