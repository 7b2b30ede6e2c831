"""A little code in each language that is cut by what it defines."""

PYTHON = '''"""A shop."""

import os


class Cart:
    """What is bought."""

    size = 3

    # Worked out each time.
    @property
    def total(self):
        def one(item):
            return item.price

        return sum(map(one, self.items))

    class Line:
        def __init__(self):
            self.price = 1


@decorated(
    twice=True,
)
async def buy():
    pass


print(buy)
'''
TYPED = """import { a } from './a'

/**
 * A button.
 */
export const Button = (props: Props) => {
  return <b>{props.text}</b>
}

@Component({
  selector: 'x',
})
export class Panel extends Base {
  size = 3

  onClick = () => {
    this.size += 1
  }

  @Input()
  render(): string {
    return 'x'
  }
}

export interface Props {
  text: string
}

export default function main() {
  return 1
}

exports.old = function () {
  return 2
}
"""
GO = """package shop

// Cart is what is bought.
type Cart struct {
	Items []Item
}

// Total adds up.
func (c *Cart) Total() int {
	return 1
}

func (s Stack[T]) Push(item T) {
	s.items = append(s.items, item)
}

func main() {
	print(1)
}
"""
RUST = """use std::fmt;

/// A point.
#[derive(Debug)]
pub struct Point<T> {
    x: T,
}

impl<T> fmt::Display for Point<T> {
    /// Shows it.
    fn fmt(&self) -> u8 {
        1
    }
}

mod tests {
    #[test]
    fn works() {
        assert!(true);
    }
}
"""
JAVA = """package shop;

@Entity
public class Cart {
    private int size;

    @Override
    public int total() {
        return size;
    }

    static class Line {
        Line() {
            super();
        }
    }
}
"""
CPP = """#pragma once

template <typename T>
class Stack {
 public:
  T& top() {
    return items.back();
  }
};

int *Shop::find(const char *name) {
  return nullptr;
}

struct point {
  int x;
};
"""
C_SHARP = """namespace Shop
{
    [Serializable]
    public class Cart
    {
        public int Size { get; set; }

        public int Total()
        {
            return Size;
        }
    }
}
"""
PHP = """<?php
class Cart {
    public function total() {
        return 1;
    }
}

function buy() {
    return 2;
}
"""
RUBY = """module Shop
  class Cart
    # Adds up.
    def total
      1
    end

    def self.empty
      new
    end
  end
end
"""
C = """static char **names(int count)
{
    return 0;
}

enum color {
    RED,
};

struct point origin;
"""
