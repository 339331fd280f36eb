import { ready } from '../common/ready';

ready('labelling');
