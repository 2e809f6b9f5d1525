package dev.seriatim.evaluation.internal;

import ai.djl.ndarray.types.Shape;
import dev.seriatim.api.weights.Checkpoint;
import dev.seriatim.api.weights.CheckpointException;
import dev.seriatim.api.weights.CheckpointFormat;
import dev.seriatim.api.weights.ElementType;
import dev.seriatim.api.weights.TensorData;
import dev.seriatim.api.weights.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Statistics of real data in a file beside a judge's weights. All tensors are float64:
 *
 * <ul>
 *   <li>{@code train_a.N.mean} [feature] and {@code train_a.N.covariance} [feature, feature]: of
 *       the one half of the training images, N of them;
 *   <li>{@code train_b.N.mean} and {@code train_b.N.covariance}: of the first N of the other half,
 *       for several N;
 *   <li>{@code test.accuracy} []: of the judge on the test images.
 * </ul>
 *
 * <p>The metadata's {@code judge} is the SHA-256 of the weights that the images were judged with.
 */
final class ReferenceFile {
  private static final String JUDGE = "judge";
  private static final String ACCURACY = "test.accuracy";
  private static final Pattern MEAN = Pattern.compile("train_([ab])\\.([1-9][0-9]{0,8})\\.mean");

  private ReferenceFile() {}

  /**
   * Writes a file.
   *
   * @param judgeWeights SHA-256 of the judge's weight file
   */
  static void write(
      CheckpointFormat format, Path file, RealStatistics statistics, String judgeWeights) {
    List<TensorData> tensors = new ArrayList<>();
    add(tensors, "a", statistics.a());
    statistics.b().values().forEach(moments -> add(tensors, "b", moments));
    tensors.add(tensor(ACCURACY, new double[] {statistics.accuracy()}));
    format.write(file, Map.of(JUDGE, judgeWeights), tensors);
  }

  private static void add(List<TensorData> tensors, String half, Moments moments) {
    String name = "train_" + half + "." + moments.samples();
    int width = moments.width();
    tensors.add(tensor(name + ".mean", moments.mean(), width));
    tensors.add(tensor(name + ".covariance", moments.covariance(), width, width));
  }

  private static TensorData tensor(String name, double[] values, long... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    return new TensorData(new TensorInfo(name, ElementType.F64, new Shape(shape)), bytes);
  }

  /**
   * Reads a file.
   *
   * @param judgeWeights SHA-256 of the judge's weight file
   * @throws CheckpointException when it belongs to other weights, or something is missing
   */
  static RealStatistics read(Checkpoint file, String judgeWeights) {
    String found = file.metadata().get(JUDGE);
    if (!judgeWeights.equals(found)) {
      throw refuse(file, JUDGE, "statistics taken with weights " + judgeWeights, found);
    }
    Moments a = null;
    NavigableMap<Integer, Moments> b = new TreeMap<>();
    for (String name : file.tensors().keySet()) {
      Matcher mean = MEAN.matcher(name);
      if (mean.matches()) {
        Moments moments = moments(file, mean.group(1), Integer.parseInt(mean.group(2)));
        if (mean.group(1).equals("a")) {
          a = moments;
        } else {
          b.put(moments.samples(), moments);
        }
      }
    }
    if (a == null || b.isEmpty()) {
      throw refuse(file, a == null ? "train_a" : "train_b", "moments of a half", "none");
    }
    return new RealStatistics(a, b, values(file, ACCURACY)[0]);
  }

  private static Moments moments(Checkpoint file, String half, int samples) {
    String name = "train_" + half + "." + samples;
    long width = file.tensors().get(name + ".mean").shape().size();
    return new Moments(
        samples,
        values(file, name + ".mean", width),
        values(file, name + ".covariance", width, width));
  }

  private static double[] values(Checkpoint file, String name, long... shape) {
    TensorInfo info = new TensorInfo(name, ElementType.F64, new Shape(shape));
    if (!info.equals(file.tensors().get(name))) {
      throw refuse(file, name, info.toString(), String.valueOf(file.tensors().get(name)));
    }
    ByteBuffer bytes = file.bytes(name);
    double[] values = new double[bytes.remaining() / Double.BYTES];
    bytes.asDoubleBuffer().get(values);
    return values;
  }

  private static CheckpointException refuse(
      Checkpoint file, String key, String expected, String found) {
    return new CheckpointException(
        file.path() + ": " + key + ": expected " + expected + ", found " + found);
  }
}
