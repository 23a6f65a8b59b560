package io.lovage.benchmarks.report;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/*
 * Mann and Whitney's test, exact and with ties.
 *
 * All samples are put in one order; equal ones share the mean of their places. If both sides came from the same source,
 * every choice of the first side's places would be as likely as any other. The answer is the share of those choices whose
 * sum of places lies as far from the middle as the one that was seen. The choices are counted by their sum, place by
 * place: ways[k][s] is in how many ways k of the places seen so far sum up to s. Places are doubled, so that a mean of two
 * is a whole number.
 */
final class RankTest {
    private RankTest() {}

    /** How likely two sides of the same source would lie as far apart as these, in either direction: 0 to 1. */
    static double chance(List<Double> one, List<Double> other) {
        int[] places = doubledPlaces(one, other);
        int seen = Arrays.stream(places, 0, one.size()).sum();
        int all = Arrays.stream(places).sum();
        double[] ways = waysBySum(places, one.size(), all);
        // the mean sum is all * size / places; both sides of the comparison are multiplied by the number of places
        long middle = (long) all * one.size();
        long distance = Math.abs((long) seen * places.length - middle);
        double asFar = 0;
        double total = 0;
        for (int sum = 0; sum <= all; sum++) {
            total += ways[sum];
            asFar += Math.abs((long) sum * places.length - middle) >= distance ? ways[sum] : 0;
        }
        return asFar / total;
    }

    private static int[] doubledPlaces(List<Double> one, List<Double> other) {
        double[] all = DoubleStream.concat(
                        one.stream().mapToDouble(Double::doubleValue),
                        other.stream().mapToDouble(Double::doubleValue))
                .toArray();
        return Arrays.stream(all)
                .mapToInt(value -> {
                    int below = (int)
                            Arrays.stream(all).filter(each -> each < value).count();
                    int equal = (int)
                            Arrays.stream(all).filter(each -> each == value).count();
                    return 2 * below + equal + 1;
                })
                .toArray();
    }

    private static double[] waysBySum(int[] places, int size, int all) {
        double[][] ways = new double[size + 1][all + 1];
        ways[0][0] = 1;
        for (int place : places) {
            for (int k = size; k > 0; k--) {
                for (int sum = all; sum >= place; sum--) {
                    ways[k][sum] += ways[k - 1][sum - place];
                }
            }
        }
        return ways[size];
    }
}
