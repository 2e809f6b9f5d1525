package dev.seriatim.cli;

import dev.seriatim.api.SeriatimException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * A PNG picture with a text of this program's in an {@code iTXt} chunk (PNG specification, second
 * edition, 11.3.4.5) under the keyword {@value #KEYWORD}.
 *
 * @param picture the pixels
 * @param text of the chunk; null when there is none
 */
record PngFile(BufferedImage picture, String text) {
  /** Keyword of the chunk. */
  static final String KEYWORD = "seriatim";

  private static final String FORMAT = "javax_imageio_png_1.0";

  static {
    // Pictures fit in memory; no cache files.
    ImageIO.setUseCache(false);
  }

  /** Writes picture and text. */
  void writeTo(OutputStream out) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      IIOMetadata metadata =
          writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(picture), null);
      if (text != null) {
        metadata.mergeTree(FORMAT, chunk(text));
      }
      writer.write(new IIOImage(picture, null, metadata));
    } catch (IIOInvalidTreeException e) {
      throw new IOException("the text chunk is refused: " + e.getMessage(), e);
    } finally {
      writer.dispose();
    }
  }

  private static IIOMetadataNode chunk(String text) {
    IIOMetadataNode entry = new IIOMetadataNode("iTXtEntry");
    entry.setAttribute("keyword", KEYWORD);
    entry.setAttribute("compressionFlag", "FALSE");
    entry.setAttribute("compressionMethod", "0");
    entry.setAttribute("languageTag", "");
    entry.setAttribute("translatedKeyword", "");
    entry.setAttribute("text", text);
    IIOMetadataNode chunks = new IIOMetadataNode("iTXt");
    chunks.appendChild(entry);
    IIOMetadataNode root = new IIOMetadataNode(FORMAT);
    root.appendChild(chunks);
    return root;
  }

  /**
   * Reads a file.
   *
   * @throws SeriatimException when it is absent or not a PNG
   */
  static PngFile read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new SeriatimException(file + ": expected a PNG file, found none");
    }
    ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
    try (InputStream in = Files.newInputStream(file);
        ImageInputStream stream = ImageIO.createImageInputStream(in)) {
      reader.setInput(stream, true, false);
      IIOImage image = reader.readAll(0, null);
      return new PngFile((BufferedImage) image.getRenderedImage(), text(image.getMetadata()));
    } catch (IOException | IndexOutOfBoundsException e) {
      throw new SeriatimException(file + ": expected a PNG file, found something else: " + e, e);
    } finally {
      reader.dispose();
    }
  }

  private static String text(IIOMetadata metadata) {
    Element root = (Element) metadata.getAsTree(FORMAT);
    NodeList entries = root.getElementsByTagName("iTXtEntry");
    for (int i = 0; i < entries.getLength(); i++) {
      Element entry = (Element) entries.item(i);
      if (KEYWORD.equals(entry.getAttribute("keyword"))) {
        return entry.getAttribute("text");
      }
    }
    return null;
  }
}
