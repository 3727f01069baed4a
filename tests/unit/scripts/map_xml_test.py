#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`brig map` writes drawings and pages that a parser takes, and that need nothing else."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

BRIG = sys.argv.pop(1)
TREE = pathlib.Path(__file__).resolve().parents[3]
SVG = '{http://www.w3.org/2000/svg}'
PARTITIONS = sorted(TREE.glob('bsp/*/*.dts'))


def drawn(partition, kind):
    with tempfile.TemporaryDirectory() as directory:
        out = pathlib.Path(directory, f'map.{kind}')
        subprocess.run([BRIG, 'map', partition, '-o', out], check=True)
        return out.read_text()


class Xml(unittest.TestCase):
    def check_alone(self, text):
        for reference in re.findall(r'(?:href|src|url)\s*[=(]\s*["\']?([^"\')]*)', text):
            self.assertTrue(reference.startswith('#'), f'refers to {reference}')
        self.assertNotIn('@import', text)
        self.assertNotIn('<script', text)
        self.assertIn('prefers-color-scheme:dark', text)

    def check_drawing(self, drawing, cpus):
        width, height = map(int, drawing.get('viewBox').split()[2:])
        for box in drawing.iter(SVG + 'rect'):
            if box.get('x') is None:
                continue
            x, y, w, h = (int(box.get(name)) for name in ('x', 'y', 'width', 'height'))
            self.assertTrue(0 <= x and x + w <= width and 0 <= y and y + h <= height, box.attrib)
            self.assertTrue(w > 0 and h > 0, box.attrib)
        ids = [element.get('id') for element in drawing.iter() if element.get('id')]
        self.assertEqual(len(ids), len(set(ids)))
        for used in re.findall(r'url\(#([^)]*)\)', ElementTree.tostring(drawing, 'unicode')):
            self.assertIn(used, ids)
        texts = [text.text or '' for text in drawing.iter(SVG + 'text')]
        texts += [text[0].tail or '' for text in drawing.iter(SVG + 'text') if len(text)]
        self.assertEqual(sum(bool(re.fullmatch(r'CPU \d+', text)) for text in texts), cpus)
        for part in ('hypervisor', 'owns', 'fault', 'Physical address space'):
            self.assertTrue(any(part in text for text in texts), part)
        self.assertGreater(sum(1 for _ in drawing.iter(SVG + 'title')), 20)

    def test_drawings(self):
        self.assertTrue(PARTITIONS)
        for partition in PARTITIONS:
            with self.subTest(partition=str(partition)):
                source = subprocess.run([BRIG, 'map', partition, '--format', 'json'], check=True,
                                        stdout=subprocess.PIPE, text=True).stdout
                cpus = len(json.loads(source)['cpus'])
                text = drawn(partition, 'svg')
                self.check_alone(text)
                self.check_drawing(ElementTree.fromstring(text), cpus)

    def test_page(self):
        text = drawn(PARTITIONS[0], 'html')
        self.check_alone(text)
        page = ElementTree.fromstring(text)
        html = '{http://www.w3.org/1999/xhtml}'
        self.assertEqual(len(list(page.iter(SVG + 'svg'))), 1)
        heads = [head.text for head in page.iter(html + 'h2')]
        for head in ('Owners', 'Address space', 'Interrupts'):
            self.assertIn(head, heads)
        for table in page.iter(html + 'table'):
            rows = [len(list(row)) for row in table.iter(html + 'tr')]
            self.assertEqual(len(set(rows)), 1, 'rows of different lengths')

    def test_usage(self):
        def refused(*arguments):
            result = subprocess.run([BRIG, 'map', *arguments], stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE, text=True)
            self.assertNotEqual(result.returncode, 0)
            return result.stderr
        self.assertIn('no such file', refused('/nowhere.dts').lower())
        self.assertIn('drawn by itself', refused(PARTITIONS[0], PARTITIONS[0]))
        with tempfile.TemporaryDirectory() as directory:
            subprocess.run([BRIG, 'config', 'compile', TREE / 'bsp/qemu-virt/demo.dts', '-o',
                            directory], check=True)
            cell = pathlib.Path(directory, 'hello.cell')
            self.assertIn('there is no system file', refused(cell))
            both = subprocess.run([BRIG, 'map', pathlib.Path(directory, 'root.cell'), cell],
                                  check=True, stdout=subprocess.PIPE, text=True).stdout
            self.assertIn('RAM of hello', both)


if __name__ == '__main__':
    unittest.main()
