import '../common/base.css';
import { ready } from '../common/ready';
import { registerToolkit } from '../common/toolkit';

registerToolkit();
ready('charts');
