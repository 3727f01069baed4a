#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`brig map` writes drawings and pages that a parser takes, and that need nothing else."""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

BRIG = sys.argv.pop(1)
SVG = '{http://www.w3.org/2000/svg}'

GOOD = """/dts-v1/;
/ {
    compatible = "brig,partition";
    hypervisor {
        memory = <0x0 0x7fc00000 0x0 0x400000>;
        gic {
            version = <3>; gicd = <0x0 0x08000000>; gicr = <0x0 0x080a0000>;
            maintenance-interrupt = <25>; num-interrupts = <288>;
        };
    };
    root {
        label = "root <&> cell";
        cpus = <0 1 2 3>;
        interrupt-ranges = <32 256>;
        memory@40000000 { reg = <0x0 0x40000000 0x0 0x3fc00000>; };
        memory@100000000 { reg = <0x1 0x0 0x3 0x0>; };
        device@9000000 { reg = <0x0 0x09000000 0x0 0x1000>; };
        device@9010000 { reg = <0x0 0x09010000 0x0 0x1000>; };
    };
    cells {
        one {
            cpus = <1 2>; interrupts = <40>;
            memory@70000000 { reg = <0x0 0x70000000 0x0 0x10000>; guest = <0 0>; loadable; };
            memory@71000000 { reg = <0x0 0x71000000 0x0 0x1000>; root-shared; };
            device@9010000 { reg = <0x0 0x09010000 0x0 0x100>; io-32; };
            comm-region { };
        };
        two {
            cpus = <2 3>; excludes = "one";
            memory@70000000 { reg = <0x0 0x70000000 0x0 0x20000>; guest = <0 0>; };
        };
    };
};
"""
FAULTY = GOOD.replace('excludes = "one";', '').replace('0x3fc00000', '0x40000000')


class Files(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = pathlib.Path(directory.name)
        self.partition = self.path / 'good.dts'
        self.partition.write_text(GOOD)
        (self.path / 'faulty.dts').write_text(FAULTY)

    def drawn(self, partition, kind):
        out = self.path / f'map.{kind}'
        subprocess.run([BRIG, 'map', partition, '-o', out], check=True)
        return out.read_text()


class Xml(Files):
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
        for name, faults in (('good', False), ('faulty', True)):
            text = self.drawn(self.path / f'{name}.dts', 'svg')
            self.check_alone(text)
            drawing = ElementTree.fromstring(text)
            self.check_drawing(drawing, 4)
            texts = ''.join(drawing.itertext())
            self.assertEqual('Faults' in texts, faults)
            self.assertEqual("has the hypervisor's memory" in texts, faults)
            self.assertIn('root <&> cell', texts)

    def test_page(self):
        text = self.drawn(self.partition, 'html')
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

    def test_compiler(self):
        subprocess.run([BRIG, 'config', 'compile', self.partition, '-o', self.path], check=True)
        text = (self.path / 'map.svg').read_text()
        self.check_alone(text)
        self.check_drawing(ElementTree.fromstring(text), 4)
        self.assertIn('RAM of one', (self.path / 'map.txt').read_text())

    def test_usage(self):
        def refused(*arguments):
            result = subprocess.run([BRIG, 'map', *arguments], stdout=subprocess.PIPE,
                                    stderr=subprocess.PIPE, text=True)
            self.assertNotEqual(result.returncode, 0)
            return result.stderr
        self.assertIn('no such file', refused('/nowhere.dts').lower())
        self.assertIn('drawn by itself', refused(self.partition, self.partition))
        subprocess.run([BRIG, 'config', 'compile', self.partition, '-o', self.path], check=True)
        cell = self.path / 'one.cell'
        self.assertIn('there is no system file', refused(cell))
        both = subprocess.run([BRIG, 'map', self.path / 'root.cell', cell], check=True,
                              stdout=subprocess.PIPE, text=True).stdout
        self.assertIn('RAM of one', both)


if __name__ == '__main__':
    unittest.main()
