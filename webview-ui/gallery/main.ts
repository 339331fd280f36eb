import '../common/noEval';
import '../common/base.css';
import '../common/parts.css';
import './gallery.css';
import type { GalleryMethods, GalleryState, KeptGallery } from '../../src/shared/protocol/gallery';
import { galleryMessages } from '../../src/shared/protocol/galleryMessages';
import { connect } from '../common/extensionHost';
import { ready } from '../common/ready';
import { registerToolkit } from '../common/toolkit';
import { GalleryModel } from './model';
import { createPage, type GalleryPage } from './page';

registerToolkit();
let page: GalleryPage | null = null;
const host = connect<GalleryMethods, GalleryState, KeptGallery>(galleryMessages, (state) => {
  if (page) return page.receive(state);
  page = createPage(GalleryModel.of(state, host.kept), host);
  ready('gallery');
});
