import { ready } from '../common/ready';

ready('charts');
